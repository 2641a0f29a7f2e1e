import { describe, expect, test } from 'vitest'

import { docx, paragraph } from '../support/documents/docx.ts'
import { read } from '../support/documents/reading.ts'

type LevelPlan = { readonly start?: number; readonly more?: string }

function level(depth: number, shown: readonly [string, string], plan: LevelPlan = {}): string {
  const [format, text] = shown
  const { start = 1, more = '' } = plan
  return `<w:lvl w:ilvl="${depth}"><w:start w:val="${start}"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`
}

function kind(id: number, content: string): string {
  return `<w:abstractNum w:abstractNumId="${id}">${content}</w:abstractNum>`
}

function list(id: number, of: number, overrides = ''): string {
  return `<w:num w:numId="${id}"><w:abstractNumId w:val="${of}"/>${overrides}</w:num>`
}

function place(depth: number, id = 1): string {
  return `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${id}"/></w:numPr>`
}

function item(text: string, depth = 0, id = 1): string {
  return paragraph(text, place(depth, id))
}

/** A numbered paragraph with this content. `mark` is XML about the paragraph's mark. */
function numbered(content: string, mark = ''): string {
  return `<w:p><w:pPr>${place(0)}<w:rPr>${mark}</w:rPr></w:pPr>${content}</w:p>`
}

function run(content: string): string {
  return `<w:r>${content}</w:r>`
}

function t(text: string): string {
  return run(`<w:t xml:space="preserve">${text}</w:t>`)
}

const DECIMAL = kind(0, level(0, ['decimal', '%1.'])) + list(1, 0)
const PICTURE = run('<w:drawing><wp:inline><a:blip r:embed="p"/></wp:inline></w:drawing>')

async function linesOf(body: string, numbering: string, styles = ''): Promise<string[]> {
  const { text } = await read(docx({ body, numbering, styles }), 'a.docx')
  return text.split(/\n+/)
}

/** Three levels. The third one restarts as `restart` says. */
const levels = (restart: string) =>
  kind(
    0,
    level(0, ['upperRoman', 'Part %1']) +
      level(1, ['decimal', 'Chapter %2']) +
      level(2, ['decimal', '§ %3'], { more: restart }),
  ) + list(1, 0)

const override = (depth: number, content: string) =>
  `<w:lvlOverride w:ilvl="${depth}">${content}</w:lvlOverride>`

const between = async (middle: string) => {
  const lines = await linesOf(item('Alpha') + middle + item('Gamma'), DECIMAL)
  return [lines[0], lines.at(-1)]
}

describe('a level of a DOCX list', () => {
  const body = [
    item('a', 0),
    item('b', 1),
    item('c', 2),
    item('d', 1),
    item('e', 2),
    item('f', 0),
    item('g', 1),
    item('h', 2),
  ].join('')

  test.each([
    ['after each level above, if it says nothing', '', ['§ 1 c', '§ 1 e', '§ 1 h']],
    ['never, if it says so', '<w:lvlRestart w:val="0"/>', ['§ 1 c', '§ 2 e', '§ 3 h']],
    [
      'only after the level that it names',
      '<w:lvlRestart w:val="1"/>',
      ['§ 1 c', '§ 2 e', '§ 1 h'],
    ],
    [
      'after the named level or a higher one',
      '<w:lvlRestart w:val="2"/>',
      ['§ 1 c', '§ 1 e', '§ 1 h'],
    ],
  ])('restarts %s', async (_, restart, expected) => {
    const lines = await linesOf(body, levels(restart))
    expect(lines.filter((line) => line.startsWith('§'))).toEqual(expected)
  })

  test('that never restarts begins at its own start', async () => {
    const never = '<w:lvlRestart w:val="0"/>'
    const numbering =
      kind(
        0,
        level(0, ['decimal', 'Title %1']) +
          level(1, ['decimal', 'Sec. %2'], { start: 101, more: never }),
      ) + list(1, 0)
    const titles = item('a') + item('b', 1) + item('c') + item('d', 1)
    expect(await linesOf(titles, numbering)).toEqual([
      'Title 1 a',
      'Sec. 101 b',
      'Title 2 c',
      'Sec. 102 d',
    ])
  })

  test.each([
    ['ordinal', 'Clause %1:', ['Clause 1st: a', 'Clause 2nd: b', 'Clause 3rd: c', 'Clause 4th: d']],
    [
      'cardinalText',
      'Article %1.',
      ['Article One. a', 'Article Two. b', 'Article Three. c', 'Article Four. d'],
    ],
    ['ordinalText', '%1:', ['First: a', 'Second: b', 'Third: c', 'Fourth: d']],
    ['decimalZero', '%1)', ['01) a', '02) b', '03) c', '04) d']],
    ['upperLetter', '%1)', ['A) a', 'B) b', 'C) c', 'D) d']],
    ['decimalEnclosedCircle', '%1', ['① a', '② b', '③ c', '④ d']],
    ['russianLower', '%1)', ['а) a', 'б) b', 'в) c', 'г) d']],
    ['chineseCounting', '第%1条', ['第一条 a', '第二条 b', '第三条 c', '第四条 d']],
    ['none', 'Recital', ['Recital a', 'Recital b', 'Recital c', 'Recital d']],
  ])('counts in the format %s', async (format, text, expected) => {
    const numbering = kind(0, level(0, [format, text])) + list(1, 0)
    expect(
      await linesOf(['a', 'b', 'c', 'd'].map((word) => item(word)).join(''), numbering),
    ).toEqual(expected)
  })

  test('may pad its numbers to a width of its own', async () => {
    const format = `<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="0001, 0002, 0003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>`
    const numbering =
      kind(0, `<w:lvl w:ilvl="0"><w:start w:val="9"/>${format}<w:lvlText w:val="[%1]"/></w:lvl>`) +
      list(1, 0)
    expect(await linesOf(item('a') + item('b'), numbering)).toEqual(['[0009] a', '[0010] b'])
  })
})

describe('a DOCX list that a list style defines', () => {
  const styles = `<w:style w:type="numbering" w:styleId="Clauses"><w:name w:val="Clauses"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>`
  const own = kind(
    0,
    `<w:styleLink w:val="Clauses"/>${level(0, ['decimal', '%1.'])}${level(1, ['decimal', '%1.%2'])}`,
  )
  const borrowed = kind(1, '<w:numStyleLink w:val="Clauses"/>')
  const body = item('a', 0, 5) + item('b', 1, 5) + item('c', 0, 5)
  const shown = ['1. a', '1.1 b', '2. c']

  test('has its numbers', async () => {
    expect(await linesOf(body, own + borrowed + list(4, 0) + list(5, 1), styles)).toEqual(shown)
  })

  test('has them if the borrowing list comes first, and if the style is missing', async () => {
    const numbering = borrowed + own + list(5, 1) + list(4, 0)
    expect(await linesOf(body, numbering, styles)).toEqual(shown)
    expect(await linesOf(body, numbering)).toEqual(shown)
  })

  test('goes on counting where another list of the style ended', async () => {
    const more = item('d', 0, 4) + item('e', 1, 5)
    const numbering = own + borrowed + list(4, 0) + list(5, 1)
    expect(await linesOf(body + more, numbering, styles)).toEqual([...shown, '3. d', '3.1 e'])
  })

  test('that borrows in a circle has no numbers', async () => {
    const circle = `<w:style w:type="numbering" w:styleId="Clauses"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>`
    expect(await linesOf(body, borrowed + list(5, 1), circle)).toEqual(['a', 'b', 'c'])
  })
})

describe('a DOCX list that overrides a level', () => {
  const base = kind(0, level(0, ['decimal', '%1.']) + level(1, ['lowerLetter', '(%2)']))

  test('shows the whole level that it gives', async () => {
    const numbering = base + list(1, 0, override(0, level(0, ['upperRoman', 'Article %1'])))
    expect(await linesOf(item('a') + item('b', 1) + item('c'), numbering)).toEqual([
      'Article I a',
      '(a) b',
      'Article II c',
    ])
  })

  test('changes no other list of its kind, and goes on counting', async () => {
    const numbering = base + list(1, 0) + list(2, 0, override(0, level(0, ['upperLetter', '%1)'])))
    const body = item('a', 0, 1) + item('b', 0, 2) + item('c', 0, 1)
    expect(await linesOf(body, numbering)).toEqual(['1. a', 'B) b', '3. c'])
  })

  test('starts where it says', async () => {
    const start = `<w:startOverride w:val="5"/>`
    const numbering =
      base +
      list(1, 0) +
      list(2, 0, override(0, start + level(0, ['decimal', 'No. %1'], { start: 5 })))
    const body = item('a', 0, 1) + item('b', 0, 2) + item('c', 0, 2)
    expect(await linesOf(body, numbering)).toEqual(['1. a', 'No. 5 b', 'No. 6 c'])
  })

  test('restarts a deeper level at its own start each time', async () => {
    const numbering = base + list(1, 0, override(1, '<w:startOverride w:val="3"/>'))
    const body = item('a') + item('b', 1) + item('c', 1) + item('d') + item('e', 1)
    expect(await linesOf(body, numbering)).toEqual(['1. a', '(c) b', '(d) c', '2. d', '(c) e'])
  })
})

describe('a numbered paragraph of a DOCX counts', () => {
  test.each([
    ['without text', numbered('')],
    ['with an empty run', numbered(run(''))],
    ['with white space', numbered(t('  '))],
    ['with a picture', numbered(PICTURE)],
    [
      'with an old picture',
      numbered(run('<w:pict><v:shape><v:imagedata r:id="p"/></v:shape></w:pict>')),
    ],
    [
      'with a bookmark',
      numbered('<w:bookmarkStart w:id="0" w:name="x"/><w:bookmarkEnd w:id="0"/>'),
    ],
    ['with an inserted mark', numbered('', '<w:ins w:id="1" w:author="x"/>')],
    ['with a mark that was moved here', numbered('', '<w:moveTo w:id="1" w:author="x"/>')],
    ['in a cell', `<w:tbl><w:tr><w:tc>${numbered('')}</w:tc></w:tr></w:tbl>`],
    ['in a content control', `<w:sdt><w:sdtContent>${numbered('')}</w:sdtContent></w:sdt>`],
  ])('%s', async (_, middle) => {
    expect(await between(middle)).toEqual(['1. Alpha', '3. Gamma'])
  })

  test.each([
    ['with a deleted mark', numbered('', '<w:del w:id="1" w:author="x"/>')],
    ['with a mark that was moved away', numbered('', '<w:moveFrom w:id="1" w:author="x"/>')],
    [
      'with deleted text and mark',
      numbered(`<w:del>${run('<w:delText>x</w:delText>')}</w:del>`, '<w:del w:id="1"/>'),
    ],
    ['that is hidden', numbered(run('<w:rPr><w:vanish/></w:rPr><w:t>x</w:t>'), '<w:vanish/>')],
  ])('unless it is one %s', async (_, middle) => {
    expect(await between(middle)).toEqual(['1. Alpha', '2. Gamma'])
  })

  test('and shows its bare number, but no bare bullet', async () => {
    const numbering = DECIMAL + kind(1, level(0, ['bullet', '\uf0b7'])) + list(2, 1)
    const bullet = `<w:p><w:pPr>${place(0, 2)}</w:pPr></w:p>`
    expect(await linesOf(item('Alpha') + numbered('') + bullet + item('Gamma'), numbering)).toEqual(
      ['1. Alpha', '2.', '3. Gamma'],
    )
  })

  test('once with the next one, if only its mark was deleted', async () => {
    const body =
      item('Alpha') + numbered(t('Beta '), '<w:del w:id="1"/>') + item('and more') + item('Gamma')
    expect(await linesOf(body, DECIMAL)).toEqual(['1. Alpha', '2. Beta and more', '3. Gamma'])
  })

  test('before the text box in it', async () => {
    const box = run(
      `<w:drawing><w:txbxContent>${paragraph('In a box')}</w:txbxContent></w:drawing>`,
    )
    const body = item('Alpha') + numbered(box + t('Beta')) + item('Gamma')
    expect(await linesOf(body, DECIMAL)).toEqual(['1. Alpha', '2. Beta', 'In a box', '3. Gamma'])
  })
})

async function shownHtml(body: string): Promise<string[]> {
  const html = `<!doctype html><html><head><title>x</title></head><body>${body}</body></html>`
  const { text } = await read(new TextEncoder().encode(html), 'a.html')
  return text.split(/\n+/)
}

describe('a list of an HTML page has the numbers that a browser shows', () => {
  test.each([
    ['from 1', '<ol><li>a<li>b</ol>', ['1. a', '2. b']],
    ['from its start', '<ol start=7><li>a</li><li>b</li></ol>', ['7. a', '8. b']],
    ['from zero and below', '<ol start="-1"><li>a<li>b<li>c</ol>', ['-1. a', '0. b', '1. c']],
    ['from 1 if its start is no number', '<ol start=x><li>a</ol>', ['1. a']],
    ['in small letters', '<ol type=a start=26><li>a<li>b</ol>', ['z. a', 'aa. b']],
    ['in letters past zz', '<ol type=a start=28><li>a</ol>', ['ab. a']],
    ['in capitals', '<ol type="A"><li>a<li>b</ol>', ['A. a', 'B. b']],
    ['in Roman numbers', '<ol type=i start=4><li>a<li>b</ol>', ['iv. a', 'v. b']],
    ['in large Roman numbers', '<ol type=I start=9><li>a</ol>', ['IX. a']],
    [
      'in numbers where letters cannot count',
      '<ol type=a start=0><li>a<li>b</ol>',
      ['0. a', 'a. b'],
    ],
    ['by the values of its items', '<ol><li>a<li value=12>b<li>c</ol>', ['1. a', '12. b', '13. c']],
    ['downwards', '<ol reversed><li>a<li>b<li>c</ol>', ['3. a', '2. b', '1. c']],
    ['downwards from its start', '<ol reversed start=10><li>a<li>b</ol>', ['10. a', '9. b']],
    [
      'downwards, nested ones apart',
      '<ol reversed><li>a<ol><li>x<li>y</ol><li>b</ol>',
      ['2. a', '1. x', '2. y', '1. b'],
    ],
    [
      'nested',
      '<ol><li>a<ol type=a><li>x</li><li>y</li></ol></li><li>b</li></ol>',
      ['1. a', 'a. x', 'b. y', '2. b'],
    ],
    [
      'nested at once',
      '<ol><li><ol type=a><li>x</li></ol></li><li>b</li></ol>',
      ['1. a. x', '2. b'],
    ],
    ['within a list of points', '<ul><li>a<ol><li>x</ol><li>b</ul>', ['a', '1. x', 'b']],
    ['around a list of points', '<ol><li>a<ul><li>x</ul><li>b</ol>', ['1. a', 'x', '2. b']],
    [
      'beside paragraphs',
      '<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>',
      ['1. a', 'more', '2. b'],
    ],
    ['with its empty items', '<ol><li>a</li><li></li><li>c</li></ol>', ['1. a', '2.', '3. c']],
    [
      'with an item that is a picture',
      '<ol><li>a</li><li><img src=x></li><li>c</li></ol>',
      ['1. a', '2.', '3. c'],
    ],
    ['of its style', '<ol style="list-style-type: lower-alpha"><li>a<li>b</ol>', ['a. a', 'b. b']],
    [
      'of its short style',
      '<ol style="margin:0;list-style:upper-roman inside"><li>a</ol>',
      ['I. a'],
    ],
    [
      'and none where its style says so',
      '<ol style="list-style:none"><li>(1) a<li>(2) b</ol>',
      ['(1) a', '(2) b'],
    ],
    ['of an item alone', '<ol><li>a<li type=A>b</ol>', ['1. a', 'B. b']],
    [
      'before a heading',
      '<ol><li><h3>Term</h3>a<li><h3>Fee</h3>b</ol>',
      ['1. Term', 'a', '2. Fee', 'b'],
    ],
    ['anew in each list', '<ol><li>a</ol><p>x<ol><li>b</ol>', ['1. a', 'x', '1. b']],
  ])('%s', async (_, body, expected) => {
    expect(await shownHtml(body)).toEqual(expected)
  })

  test('also where only the main text of the page is read', async () => {
    const sentence = 'The keeper may move a vessel, with notice, at any hour of the night or day. '
    const listed = (at: number) => `<li value=${at}><p>${sentence.repeat(2)}</p></li>`
    const body = `<div class="comment">x</div><article><p>${sentence.repeat(8)}</p><ol style="list-style-type:upper-roman" start=3>${listed(3)}${listed(4)}</ol><p>${sentence.repeat(4)}</p></article>`
    const lines = await shownHtml(body)
    expect(lines.filter((line) => /^I?[IV]+\. /.test(line))).toHaveLength(2)
    expect(lines.some((line) => line.startsWith('IV. The keeper'))).toBe(true)
  })
})

describe('a list of Markdown has the numbers that a reader sees', () => {
  test.each([
    ['1. a\n1. b\n1. c', ['1. a', '2. b', '3. c']],
    ['7. a\n9. b', ['7. a', '8. b']],
    ['1) a\n5) b', ['1) a', '2) b']],
    ['1. a\n   1. x\n   1. y\n1. b', ['1. a', '1. x', '2. y', '2. b']],
    ['- a\n\n  3. x\n  3. y\n- b', ['- a', '3. x', '4. y', '- b']],
    ['1. a\n2.\n3. c', ['1. a', '2.', '3. c']],
    ['0. a\n0. b', ['0. a', '1. b']],
    ['<ol type="a"><li>x</li><li>y</li></ol>', ['a. x', 'b. y']],
  ])('%j', async (source, expected) => {
    const { text } = await read(new TextEncoder().encode(source), 'a.md')
    expect(text.split(/\n+/)).toEqual(expected)
  })
})
