import { describe, expect, test } from 'vitest'

import type { Ocr, PictureFile } from '../../src/pipelines/documents/ocr/ocr.ts'
import { joined, objectsOf, type PrintedLine, typed } from '../support/documents/pdf.ts'
import { read } from '../support/documents/reading.ts'

const STAMP = 'EXHIBIT A 000123'

/** A PDF with a picture of this size in points on its page, drawn by these operators around it. */
function withPicture(lines: readonly PrintedLine[], draw: string): Uint8Array {
  const objects = objectsOf({ pages: [lines] })
  const form = 'q 500 0 0 700 40 60 cm /I Do Q'
  const text = objects[6]?.replace(/^[\s\S]*?stream\n|\nendstream$/g, '') ?? ''
  const content = `${draw}\n${text}`
  objects[5] =
    '<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>/XObject<</I 8 0 R/X 9 0 R>>>>/Contents 7 0 R>>'
  objects[6] = `<</Length ${content.length}>>\nstream\n${content}\nendstream`
  objects.push(
    '<</Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray/Length 4>>\nstream\nabcd\nendstream',
    `<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</I 8 0 R>>>>/Length ${form.length}>>\nstream\n${form}\nendstream`,
  )
  return joined('', objects, '')
}

const WHOLE = 'q 595 0 0 842 0 0 cm /I Do Q'
const stamp = [{ text: STAMP, y: 20, size: 8 }]

function finding(lines: readonly string[], confidence = 90) {
  const asked: PictureFile[] = []
  const ocr: Ocr = async function* (file) {
    asked.push(file)
    yield { page: 1, lines, confidence }
  }
  return { ocr, asked }
}

const LETTER = [
  'The tenant has paid no rent since January of this year,',
  'and the landlord terminates the lease without notice.',
  STAMP,
]

describe('a scan whose only text is a stamp', () => {
  test.each([
    ['alone', WHOLE],
    ['in two steps', 'q 0.24 0 0 0.24 0 0 cm q 2000 0 0 3000 0 0 cm /I Do Q Q'],
    ['in a form', '/X Do'],
    ['turned', 'q 0 842 -595 0 595 0 cm /I Do Q'],
  ])('is recognised if its picture is drawn %s', async (_, draw) => {
    const { ocr, asked } = finding(LETTER)
    const { text, notices } = await read(withPicture(stamp, draw), 'a.pdf', { ocr })
    expect(asked).toMatchObject([{ pages: [1] }])
    expect(text).toBe(LETTER.join('\n'))
    expect(notices).toMatchObject([{ code: 'pages_recognised', count: 1 }])
  })

  test('is named if there is no text recognition', async () => {
    const { text, notices } = await read(withPicture(stamp, WHOLE), 'a.pdf')
    expect(text).toBe(STAMP)
    expect(notices).toMatchObject([{ code: 'pages_with_picture', count: 1 }])
  })

  test.each([
    ['has no more words', finding([STAMP])],
    ['is hard to recognise', finding(LETTER, 40)],
  ])('keeps its text if the picture %s', async (_, { ocr }) => {
    const { text, notices } = await read(withPicture(stamp, WHOLE), 'a.pdf', { ocr })
    expect(text).toBe(STAMP)
    expect(notices).toEqual([])
  })
})

test.each([
  ['a small picture', stamp, 'q 100 0 0 100 0 0 cm /I Do Q'],
  ['a page of text', typed(Array.from({ length: 9 }, () => LETTER[0] ?? '')), WHOLE],
])('%s is not looked at', async (_, lines, draw) => {
  const { ocr, asked } = finding(LETTER)
  const { notices } = await read(withPicture(lines, draw), 'a.pdf', { ocr })
  expect(asked).toEqual([])
  expect(notices).toEqual([])
})

test('the edges of a page are found where its coordinates begin elsewhere', async () => {
  const pages = [1, 2, 3].map((n) => [
    { text: `Clause ${'abc'.charAt(n - 1)} binds.`, y: 1_400 },
    { text: `Seite ${n}`, y: 1_030 },
  ])
  const objects = objectsOf({ pages }).map((one) =>
    one.replace('[0 0 595 842]', '[0 1000 595 1842]'),
  )
  const { text } = await read(joined('', objects, ''), 'a.pdf')
  expect(text).toBe('Clause a binds.\n\nClause b binds.\n\nClause c binds.')
})
