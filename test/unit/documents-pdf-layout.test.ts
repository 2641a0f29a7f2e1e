import { describe, expect, test } from 'vitest'

import type { PdfItem } from '../../src/pipelines/documents/read/pdf/letters.ts'
import { linesOf } from '../../src/pipelines/documents/read/pdf/lines.ts'
import { pdf, type PdfPlan, type PrintedLine, typed } from '../support/documents/pdf.ts'
import { failureOf, read } from '../support/documents/reading.ts'

async function textOf(plan: PdfPlan): Promise<string> {
  return (await read(pdf(plan), 'a.pdf')).text
}

const BODY = typed([
  'The keeper of the lighthouse shall log each vessel that passes the cape,',
  'state her name and flag, and hand the log to the harbour master at dawn.',
])

const twice = (dx: number, dy: number): PrintedLine[] => [
  { text: 'Termination clause', x: 72, y: 600, size: 14 },
  { text: 'Termination clause', x: 72 + dx, y: 600 + dy, size: 14 },
]

describe('words that were drawn twice, so that they look bold, are read once', () => {
  test.each([
    ['at one place', twice(0, 0)],
    ['a little to the right', twice(0.4, 0)],
    ['with a shadow', twice(1, -1)],
    ['three times', [...twice(0.3, 0), ...twice(0.6, 0)]],
    [
      'over two lines',
      [
        ...twice(0.4, 0),
        { text: 'of the deed', y: 584, size: 14 },
        { text: 'of the deed', x: 72.4, y: 584, size: 14 },
      ],
    ],
  ])('%s', async (_, lines) => {
    const text = await textOf({ pages: [[...BODY, ...lines]] })
    expect(text.match(/Termination clause/g)).toHaveLength(1)
    expect(text.match(/of the deed/g)?.length ?? 1).toBe(1)
  })

  test('letter by letter', () => {
    const widths: Record<string, number> = {
      G: 10.9,
      o: 7.8,
      v: 7,
      e: 7.8,
      r: 4.7,
      n: 7.8,
      i: 3.1,
      g: 7.8,
    }
    let x = 72
    const letters = Array.from('Governing').flatMap((letter) => {
      const width = widths[letter] ?? 7
      const pair = [x, x + 0.3].map((at) => item(letter, { x: at, width }))
      x += width
      return pair
    })
    expect(linesOf(letters).map(({ text }) => text)).toEqual(['Governing'])
  })

  test('but a word that is repeated is repeated', async () => {
    const lines = [
      { text: 'very', x: 72, y: 600 },
      { text: 'very', x: 100, y: 600 },
      { text: 'very', x: 72, y: 584 },
    ]
    expect((await textOf({ pages: [lines] })).match(/very/g)).toHaveLength(3)
  })
})

type ItemPlan = {
  x: number
  y?: number
  width?: number
  size?: number
  dir?: string
  end?: boolean
}

function item(
  str: string,
  { x, y = 700, width = str.length * 6, size = 12, dir = 'ltr', end = false }: ItemPlan,
): PdfItem {
  return { str, dir, width, height: size, transform: [size, 0, 0, size, x, y], hasEOL: end }
}

const LEFT = [
  'Two dike reeves walked the sea wall',
  'in spring, marked each burrow with',
  'a stake, and told the parish that',
  'the old sluice leaks at every tide.',
]
const RIGHT = [
  'For timber and iron the parish sets',
  'aside nine thousand crowns, half of',
  'which the smith is given at once and',
  'half when the gates stood a winter.',
]
const at = (lines: readonly string[], x: number) =>
  lines.map((text, n) => ({ text, x, y: 700 - n * 16, size: 11 }))

const short = (lines: readonly string[]) => lines.map((text) => text.slice(0, 26))

describe('columns of prose are read one after the other', () => {
  const [left, right] = [at(LEFT, 60), at(RIGHT, 330)]
  const rows = left.flatMap((line, n) => [line, right[n] ?? line])
  const whole = [...LEFT, ...RIGHT].join('\n')
  test.each([
    ['the left one first', [...left, ...right]],
    ['the right one first', [...right, ...left]],
    ['row by row', rows],
  ])('whatever was drawn first: %s', async (_, lines) => {
    expect(await textOf({ pages: [lines] })).toBe(whole)
  })

  test('below a title and above a note that run over both', async () => {
    const title = {
      text: 'The sea wall of the parish of Eskmouth and its sluices in the spring of the year',
      x: 60,
      y: 760,
      size: 11,
    }
    const note = {
      text: 'This note runs over the whole width of the page and belongs to both of its columns here.',
      x: 60,
      y: 600,
      size: 11,
    }
    const text = await textOf({ pages: [[title, ...rows, note]] })
    expect(text.replaceAll(/\n+/g, '\n')).toBe([title.text, whole, note.text].join('\n'))
  })

  test('three of them', async () => {
    const three = [
      at(short(LEFT), 50),
      at(short(RIGHT), 230),
      at(
        short(LEFT).map((text) => text.toUpperCase().slice(0, 24)),
        410,
      ),
    ]
    const mixed =
      three[0]?.flatMap((_, n) => three.map((column) => column[n] ?? { text: '', y: 0 })) ?? []
    const expected = three
      .flat()
      .map(({ text }) => text.trim())
      .join('\n')
    expect(await textOf({ pages: [mixed] })).toBe(expected)
  })

  test('but the cells of a table stay in their rows', async () => {
    const names = ['Mooring', 'Pilotage', 'Lastage', 'Heating']
    const cells = at(names, 60).flatMap((line, n) => [
      line,
      { ...line, text: `EUR ${n}00`, x: 330 },
    ])
    expect(await textOf({ pages: [cells] })).toBe(
      'Mooring EUR 000\nPilotage EUR 100\nLastage EUR 200\nHeating EUR 300',
    )
  })
})

const pageOf = (n: number, more: PrintedLine[]): PrintedLine[] => [
  { text: 'Deed of the Port of Eskmouth', x: 72, y: 810 },
  ...typed([
    `The ${['first', 'second', 'third', 'fourth'][n]} clause binds the keeper.`,
    'It ends at dawn.',
  ]),
  ...more,
]

describe('what runs over the pages is no text', () => {
  test('but a header is read once', async () => {
    const pages = [0, 1, 2, 3].map((n) =>
      pageOf(n, [{ text: `Page ${n + 1} of 4`, x: 280, y: 30 }]),
    )
    const text = await textOf({ pages })
    expect(text.match(/Deed of the Port/g)).toHaveLength(1)
    expect(text).not.toContain('Page')
    expect(text).toContain('fourth clause')
  })

  test.each([
    ['- 1 -', '- 2 -', '- 3 -', '- 4 -'],
    ['i', 'ii', 'iii', 'iv'],
    ['1', '2', '3', '4'],
  ])('nor are numbers of pages: %s, %s …', async (...numbers) => {
    const pages = numbers.map((text, n) => pageOf(n, [{ text, x: 292, y: 40 }]))
    expect((await textOf({ pages })).endsWith('It ends at dawn.')).toBe(true)
  })

  test('and a line that two pages share stays', async () => {
    const pages = [0, 1].map((n) => pageOf(n, []))
    expect((await textOf({ pages })).match(/Deed of the Port/g)).toHaveLength(2)
  })

  test('nor are the numbers of lines in a margin', async () => {
    const lines = LEFT.concat(RIGHT).map((text, n) => ({ text, x: 90, y: 700 - n * 16, size: 11 }))
    const numbers = lines.map(({ y }, n) => ({ text: String(n + 1), x: 50, y, size: 11 }))
    expect(await textOf({ pages: [[...numbers, ...lines]] })).toBe([...LEFT, ...RIGHT].join('\n'))
    const together = lines.flatMap((line, n) => [numbers[n] ?? line, line])
    expect(await textOf({ pages: [together] })).toBe([...LEFT, ...RIGHT].join('\n'))
  })
})

const raised = (str: string, x: number) => item(str, { x, y: 705, size: 7, width: 4 })

const rtl = (str: string, x: number, end = false) => item(str, { x, width: 30, dir: 'rtl', end })

const line = (word: string, mark: string) =>
  linesOf([item(word, { x: 72, width: 100 }), raised(mark, 172), item(' and', { x: 176 })])[0]?.text

describe('a line of a PDF', () => {
  test('from right to left keeps its words apart', () => {
    expect(linesOf([rtl('عقد', 300), rtl('بيع', 260), rtl('سفينة', 220)])[0]?.text).toBe(
      'عقد بيع سفينة',
    )
    expect(linesOf([rtl('סעיף', 300), rtl('ראשון', 264)])[0]?.text).toBe('סעיף ראשון')
  })

  test('from right to left is turned around where it was drawn from the left', () => {
    expect(linesOf([rtl('سفينة', 220), rtl('بيع', 260), rtl('عقد', 300)])[0]?.text).toBe(
      'عقد بيع سفينة',
    )
  })

  test('has the mark of a note in brackets, and units and powers as they are', () => {
    expect(line('ends at dusk', '12')).toBe('ends at dusk[12] and')
    expect(line('ends at dusk.', '3')).toBe('ends at dusk.[3] and')
    expect(line('a berth of 80 m', '2')).toBe('a berth of 80 m² and')
    expect(line('10', '6')).toBe('10⁶ and')
  })
})

const free = (more: string, subtype = 'FreeText') =>
  `<</Type/Annot/Subtype/${subtype}/Rect[72 640 300 660]/F 4/DA(/F 12 Tf 0 g)${more}>>`

describe('what was typed onto a PDF is read with its page', () => {
  const pages = [
    typed(['This bill of sale conveys the boat to the buyer named below.']),
    typed(['Second page.']),
  ]

  test.each([
    ['by a typewriter tool', free('/Contents(Buyer: Mirela Oost)'), 'Buyer: Mirela Oost'],
    [
      'as a field',
      '<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(Mirela Oost)/Rect[72 640 300 660]/F 4>>',
      'Mirela Oost',
    ],
    [
      'as a choice',
      '<</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/T(a)/Opt[[(w)(weekly)][(m)(monthly)]]/V(m)/Rect[72 640 300 660]/F 4>>',
      'monthly',
    ],
    [
      'as a tick',
      '<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/V/Yes/AS/Yes/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>/Rect[72 640 84 652]/F 4>>',
      '☒',
    ],
    [
      'as no tick',
      '<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/V/Off/AS/Off/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>/Rect[72 640 84 652]/F 4>>',
      '☐',
    ],
  ])('%s', async (_, annotation, words) => {
    const { text, pages: starts } = await read(pdf({ pages, annotations: [annotation] }), 'a.pdf')
    expect(text.slice(0, starts[1]?.start)).toContain(words)
  })

  test('beside the line at its height', async () => {
    const lines = [
      [
        { text: 'Buyer:', x: 72, y: 646 },
        { text: 'End.', x: 72, y: 500 },
      ],
    ]
    const annotations = [
      '<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(Mirela Oost)/Rect[120 640 300 660]/F 4>>',
    ]
    expect(await textOf({ pages: lines, annotations })).toBe('Buyer: Mirela Oost\nEnd.')
  })

  test('but not what is hidden', async () => {
    const hidden = free('/Contents(Nobody sees this)').replace('/F 4', '/F 2')
    expect(await textOf({ pages, annotations: [hidden] })).not.toContain('Nobody')
  })

  test('and comments are named by a notice', async () => {
    const note = free('/Contents(Check the number)', 'Text')
    const { notices, text } = await read(pdf({ pages, annotations: [note] }), 'a.pdf')
    expect(text).not.toContain('Check')
    expect(notices).toMatchObject([{ code: 'comments_left_out', count: 1 }])
  })
})

test('pages without text are named by a notice', async () => {
  const pages = [typed(['One']), [], [], typed(['Four']), []]
  const { notices, pages: starts } = await read(pdf({ pages }), 'a.pdf')
  expect(starts).toHaveLength(5)
  expect(notices).toEqual([
    {
      code: 'pages_without_text',
      message: 'Pages 2–3, 5 without text: blank or scanned.',
      count: 3,
    },
  ])
})

test('a form that only Adobe Reader draws fails in words', async () => {
  const catalog = '/AcroForm<</XFA 4 0 R/Fields[]>>/NeedsRendering true'
  const file = pdf({ pages: [typed(['Please wait.'])], catalog: catalog.replace('4 0 R', '7 0 R') })
  expect((await failureOf(file, 'a.pdf'))?.code).toBe('dynamic_form')
})

test('a page has the label that is printed on it', async () => {
  const pages = [typed(['Preface']), typed(['Contents']), typed(['One']), typed(['Two'])]
  const catalog = '/PageLabels<</Nums[0<</S/r>>2<</S/D/St 1>>]>>'
  const { pages: starts } = await read(pdf({ pages, catalog }), 'a.pdf')
  expect(starts.map(({ page, label }) => [page, label])).toEqual([
    [1, 'i'],
    [2, 'ii'],
    [3, '1'],
    [4, '2'],
  ])
  const prefixed = '/PageLabels<</Nums[0<</S/D>>2<</P(A-)/S/D>>]>>'
  const { pages: others } = await read(pdf({ pages, catalog: prefixed }), 'a.pdf')
  expect(others.map(({ label }) => label)).toEqual([undefined, undefined, 'A-1', 'A-2'])
})

test.each(['untitled', '(anonymous)', 'Microsoft Word - deed.docx', 'deed_v2.pdf'])(
  'what a program writes for want of a title is none: %s',
  async (title) => {
    expect((await read(pdf({ pages: [typed(['words'])], title }), 'a.pdf')).title).toBeUndefined()
  },
)
