import sharp from 'sharp'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { openPicture } from '../../scripts/ocr/picture.ts'
import type { Ocr, PictureFile } from '../../src/pipelines/documents/ocr/ocr.ts'
import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { pagesOfTiff } from '../../src/pipelines/documents/read/image/tiff-pages.ts'
import { failureOf, read } from '../support/documents/reading.ts'
import { SCAN } from '../support/documents/scan.ts'
import { tiff } from '../support/documents/tiff.ts'

const grey = { width: 2, height: 1, pixels: Uint8Array.of(0, 255) }
const three = tiff([grey, grey, grey])

/** The same TIFF with the more significant byte first, as far as its directories go. */
function bigEndian(count: number): Uint8Array {
  const bytes = Buffer.alloc(8 + 6 * count)
  bytes.write('MM\0*', 'latin1')
  bytes.writeUInt32BE(8, 4)
  for (let n = 0; n < count; n++) bytes.writeUInt32BE(n === count - 1 ? 0 : 14 + 6 * n, 10 + 6 * n)
  return bytes
}

const scan = () => sharp(SCAN)

/** A TIFF whose second directory leads back to the first one. */
function circle(): Uint8Array {
  const bytes = bigEndian(2)
  Buffer.from(bytes.buffer, bytes.byteOffset).writeUInt32BE(8, 16)
  return bytes
}

describe('the pages of a TIFF', () => {
  test.each([
    ['as many as it has directories', three, 3],
    ['those of the other order of bytes, too', bigEndian(4), 4],
    ['those before the one where it is cut off', three.slice(0, three.length - 104), 2],
    ['one in a file that ends with its head', three.slice(0, 6), 1],
    ['each once in a circle', circle(), 2],
    ['no more than a scan can have', bigEndian(50_000), 10_000],
  ])('are %s', (_, bytes, count) => {
    expect(pagesOfTiff(bytes)).toBe(count)
  })

  test('are read one by one, and those without text are named', async () => {
    const asked: PictureFile[] = []
    const ocr: Ocr = async function* (file) {
      asked.push(file)
      yield { page: 1, lines: ['The rent'], confidence: 90 }
      yield { page: 3, lines: ['is due.'], confidence: 90 }
    }
    const { text, pages, unpaged, notices } = await read(three, 'fax.tif', { ocr })
    expect(asked).toMatchObject([{ media_type: 'image/tiff', pages: [1, 2, 3] }])
    expect(text).toBe('The rent\n\nis due.')
    expect(pages.map(({ page }) => page)).toEqual([1, 2, 3])
    expect(unpaged).toBe(false)
    expect(notices).toMatchObject([
      { code: 'pages_without_text', count: 1 },
      { code: 'pages_recognised', count: 2 },
    ])
  })
})

test.each([
  ['tiff', three],
  ['tiff', bigEndian(1)],
  ['gif', Buffer.from('GIF89a')],
  ['webp', Buffer.from('RIFF\u0001\0\0\0WEBPVP8 ')],
  ['png', SCAN],
])('the first bytes of a picture say that its kind is %s', (kind, bytes) => {
  expect(documentKind(bytes, 'scan')).toBe(kind)
})

test.each(['heic', 'mif1', 'avif'])(
  'a picture of a phone (%s) is refused with the way out',
  async (brand) => {
    const bytes = Buffer.from(`\0\0\0\u0018ftyp${brand}`)
    const failure = await failureOf(new Uint8Array(bytes), 'photo.heic')
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('JPEG') })
  },
)

describe('the text recognition of npm start opens', () => {
  beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue())

  test.each(['tiff', 'gif', 'webp', 'jpeg', 'png'] as const)('a %s', async (format) => {
    const bytes = await scan().toFormat(format).toBuffer()
    const { width, height } = await scan().metadata()
    expect((await openPicture(bytes, 1))?.size).toEqual({ width, height })
  })

  test('a photograph upright', async () => {
    const { width, height } = await scan().metadata()
    const sideways = await scan().withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect((await openPicture(sideways, 1))?.size).toEqual({ width: height, height: width })
  })

  test('what is clear as white', async () => {
    const create = { width: 3, height: 1, channels: 4, background: '#0000' } as const
    const picture = await openPicture(await sharp({ create }).png().toBuffer(), 1)
    expect(new Set(await sharp(picture?.bytes).raw().toBuffer())).toEqual(new Set([255]))
  })

  test.each([
    ['that is cut off', SCAN.slice(0, 20)],
    ['that unpacks to far more', sized(60_000, 60_000)],
  ])('no picture %s', async (_, bytes) => {
    expect(await openPicture(bytes, 1)).toBeUndefined()
  })

  test('no page that a TIFF does not have', async () => {
    expect(await openPicture(three, 4)).toBeUndefined()
  })
})

/** The scan, whose head names another size. */
function sized(width: number, height: number): Uint8Array {
  const bytes = SCAN.slice()
  const view = new DataView(bytes.buffer)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return bytes
}
