import { randomBytes } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import {
  type Ocr,
  OcrUnavailable,
  type PictureFile,
} from '../../src/pipelines/documents/ocr/ocr.ts'
import { PICTURE_LIMITS } from '../../src/pipelines/documents/read/pictures/picture-reader.ts'
import { docx, paragraph } from '../support/documents/docx.ts'
import { openDocument, pptx, shape } from '../support/documents/packages.ts'
import { read } from '../support/documents/reading.ts'
import { SCAN } from '../support/documents/scan.ts'

const SCANNED = ['The tenant pays the rent', '', 'in May.']
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A text recognition that finds these lines in every picture. */
function finding(lines: readonly string[] = SCANNED, confidence = 90) {
  const asked: PictureFile[] = []
  const ocr: Ocr = async function* (file) {
    asked.push(file)
    yield { page: 1, lines, confidence }
  }
  return { ocr, asked }
}

const blip = (id: string) =>
  `<w:p><w:r><w:drawing><a:blip r:embed="${id}"/></w:drawing></w:r></w:p>`

/** A document with a picture between two paragraphs for each of the files. */
function withPictures(...files: readonly Uint8Array[]): Uint8Array {
  const relations = files.map(
    (_, n) => `<Relationship Id="p${n}" Type="${RELATIONS}/image" Target="media/${n}.png"/>`,
  )
  const media = files.map((file, n) => [`word/media/${n}.png`, file] as const)
  return docx({
    body: [paragraph('Before.'), ...files.map((_, n) => blip(`p${n}`)), paragraph('After.')].join(
      '',
    ),
    more: {
      'word/_rels/document.xml.rels': Buffer.from(
        `<Relationships>${relations.join('')}</Relationships>`,
      ),
      ...Object.fromEntries(media),
    },
  })
}

/** Another picture each time: the head of a PNG, and noise. */
const noise = (bytes: number) => Buffer.concat([SCAN.slice(0, 40), randomBytes(bytes)])

describe('a picture in a DOCX', () => {
  test('is read where it stands, and a notice says so', async () => {
    const { ocr, asked } = finding()
    const { text, notices } = await read(withPictures(SCAN), 'a.docx', { ocr })
    expect(asked).toMatchObject([{ media_type: 'image/png', pages: [1] }])
    expect(text).toBe('Before.\n\nThe tenant pays the rent\n\nin May.\n\nAfter.')
    expect(notices).toMatchObject([{ code: 'pictures_recognised', count: 1 }])
  })

  test('is named if there is no text recognition', async () => {
    const { text, notices } = await read(withPictures(SCAN, noise(5_000)), 'a.docx')
    expect(text).toBe('Before.\n\nAfter.')
    expect(notices).toEqual([
      {
        code: 'pictures_left_out',
        count: 2,
        message: '2 pictures were left out. Upload those with text by themselves.',
      },
    ])
  })

  test.each([
    ['a photograph', finding(SCANNED, 40), 1],
    ['a logo', finding(['ACME Corporation']), 1],
  ])('leaves no text if it is %s', async (_, { ocr, asked }, count) => {
    const { text, notices } = await read(withPictures(SCAN), 'a.docx', { ocr })
    expect(asked).toHaveLength(count)
    expect(text).toBe('Before.\n\nAfter.')
    expect(notices).toEqual([])
  })

  test('is not looked at if it is an icon', async () => {
    const { ocr, asked } = finding()
    await read(withPictures(noise(500)), 'a.docx', { ocr })
    expect(asked).toEqual([])
  })

  test.each([
    [
      'is no picture that can be read',
      Buffer.concat([Buffer.from('\u0001\0\0\0'), randomBytes(5_000)]),
    ],
    ['is too large', noise(PICTURE_LIMITS.bytes)],
  ])('is named if it %s', async (_, file) => {
    const { ocr, asked } = finding()
    const { notices } = await read(withPictures(file), 'a.docx', { ocr })
    expect(asked).toEqual([])
    expect(notices).toMatchObject([{ code: 'pictures_left_out', count: 1 }])
  })

  test('beyond the limit is named', async () => {
    const { ocr, asked } = finding()
    const files = Array.from({ length: PICTURE_LIMITS.pictures + 3 }, () => noise(2_500))
    const { notices } = await read(withPictures(...files), 'a.docx', { ocr })
    expect(asked).toHaveLength(PICTURE_LIMITS.pictures)
    expect(notices).toMatchObject([
      { code: 'pictures_recognised', count: PICTURE_LIMITS.pictures },
      { code: 'pictures_left_out', count: 3 },
    ])
  })

  test('is tried again if the text recognition does not answer', async () => {
    const away = new OcrUnavailable()
    // oxlint-disable-next-line require-yield -- a text recognition that is away yields nothing
    const ocr: Ocr = async function* () {
      throw away
    }
    await expect(read(withPictures(SCAN), 'a.docx', { ocr })).rejects.toBe(away)
  })
})

test('a picture in a presentation is read on the first slide that shows it', async () => {
  const picture = '<p:pic><p:blipFill><a:blip r:embed="p"/></p:blipFill></p:pic>'
  const relations = [['p', 'image', '../media/scan.png']] as const
  const slides = [
    { shapes: shape(['One'], 'title') },
    { shapes: shape(['Two'], 'title') + picture, relations },
    { shapes: shape(['Three'], 'title') + picture, relations },
  ]
  const { ocr, asked } = finding()
  const file = pptx(slides, { 'ppt/media/scan.png': SCAN })
  const { text, pages } = await read(file, 'a.pptx', { ocr })
  expect(asked).toHaveLength(1)
  expect(text).toBe('One\n\nTwo\n\nThe tenant pays the rent\n\nin May.\n\nThree')
  expect(pages.find(({ start }) => start === text.indexOf('Three'))?.page).toBe(3)
})

const frame = '<draw:frame><draw:image xlink:href="Pictures/scan.png"/></draw:frame>'

/** A slide of OpenDocument with the picture. */
const slide = (title: string) =>
  `<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>${title}</text:p></draw:text-box></draw:frame>${frame}</draw:page>`

describe('a picture in OpenDocument', () => {
  const more = { 'Pictures/scan.png': SCAN }

  test('is read behind the paragraph that has it', async () => {
    const body = `<text:p>Before ${frame} it.</text:p><text:p>After.</text:p>`
    const file = openDocument({ kind: 'text', body, more })
    const { text, notices } = await read(file, 'a.odt', finding())
    expect(text).toBe('Before it.\n\nThe tenant pays the rent\n\nin May.\n\nAfter.')
    expect(notices).toMatchObject([{ code: 'pictures_recognised', count: 1 }])
  })

  test('is read on the first slide that shows it', async () => {
    const file = openDocument({ kind: 'presentation', body: slide('One') + slide('Two'), more })
    const { text, pages } = await read(file, 'a.odp', finding())
    expect(text).toBe('One\n\nThe tenant pays the rent\n\nin May.\n\nTwo')
    expect(pages).toMatchObject([{ page: 1 }, { page: 2 }])
  })

  test('is named if there is no text recognition', async () => {
    const file = openDocument({ kind: 'text', body: `<text:p>One ${frame}</text:p>`, more })
    const { notices } = await read(file, 'a.odt')
    expect(notices).toMatchObject([{ code: 'pictures_left_out', count: 1 }])
  })
})
