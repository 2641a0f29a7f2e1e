import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'

import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'

import { startOcrEndpoint } from '../../scripts/ocr/endpoint.ts'
import { openGate } from '../../src/gate.ts'
import { httpOcr } from '../../src/pipelines/documents/ocr/http-ocr.ts'
import {
  type Ocr,
  OCR_LIMITS,
  OcrUnavailable,
  type PictureFile,
  type RecognisedPage,
} from '../../src/pipelines/documents/ocr/ocr.ts'
import { isScanned, readScanned } from '../../src/pipelines/documents/read/pdf/scanned-pages.ts'
import { pdf } from '../support/documents/pdf.ts'
import { failureOf, read } from '../support/documents/reading.ts'
import { SCAN, scannedPdf, SCANNED } from '../support/documents/scan.ts'
import { type GreyPage, tiff } from '../support/documents/tiff.ts'

/** A text recognition that answers with these pages, and then breaks off if it is to. */
function ocrWith(pages: readonly Partial<RecognisedPage>[], end?: Error) {
  const asked: PictureFile[] = []
  const ocr: Ocr = async function* (file) {
    asked.push(file)
    for (const page of pages) yield { page: 1, lines: [], confidence: 95, ...page }
    if (end !== undefined) throw end
  }
  return { ocr, asked }
}

const AWAY = new OcrUnavailable()

describe('a picture', () => {
  test('has the text that is recognised, with what to think of it', async () => {
    const { ocr } = ocrWith([{ lines: ['The tenant', 'pays.', '', 'In May.'], confidence: 60 }])
    const { text, notices, unpaged } = await read(SCAN, 'a.png', { ocr })
    expect(text).toBe('The tenant\npays.\n\nIn May.')
    expect(unpaged).toBe(true)
    expect(notices).toMatchObject([{ code: 'pages_recognised' }, { code: 'pages_uncertain' }])
  })

  test.each([
    ['there is no text recognition', {}, 'unsupported'],
    ['it shows no letters', ocrWith([{}]), 'no_text'],
  ])('is refused if %s', async (_, ports, code) => {
    expect((await failureOf(SCAN, 'a.png', ports))?.code).toBe(code)
  })

  test('is tried again if the text recognition does not answer', async () => {
    await expect(read(SCAN, 'a.png', ocrWith([], AWAY))).rejects.toBe(AWAY)
  })
})

describe('a PDF', () => {
  test('has the text of its scanned pages, each at its page', async () => {
    const { ocr, asked } = ocrWith([{ page: 2, lines: ['The rent', '', 'is due.'] }])
    const { text, pages, notices, headings } = await read(scannedPdf(), 'a.pdf', { ocr })
    expect(asked).toMatchObject([{ pages: [2], media_type: 'application/pdf' }])
    expect(new TextDecoder().decode(asked[0]?.bytes.subarray(0, 5))).toBe('%PDF-')
    expect(text).toBe('Page one is typed.\n\nThe rent\n\nis due.')
    expect(pages).toMatchObject([{ page: 1 }, { page: 2, start: text.indexOf('The rent') }])
    expect(notices).toEqual([
      { code: 'pages_recognised', count: 1, message: expect.stringContaining('Page 2 read') },
    ])
    expect(headings).toEqual([])
  })

  test('of pictures alone is tried again if the text recognition is away, or refused if there is none', async () => {
    await expect(read(blank(), 'a.pdf', ocrWith([], AWAY))).rejects.toBe(AWAY)
    expect((await failureOf(blank(), 'a.pdf'))?.code).toBe('no_text')
  })

  test('has the pages that were read before the text recognition broke off, and names the others', async () => {
    const ports = ocrWith([{ page: 1, lines: ['One'] }], AWAY)
    expect(await read(blank(), 'a.pdf', ports)).toMatchObject({
      text: 'One',
      notices: [{ code: 'pages_without_text', count: 1 }, { code: 'pages_recognised' }],
    })
  })

  test('with a text layer of no letters is recognised, or says so', async () => {
    const height = 842
    const garbled = { lines: [lineOf('\ue001\ue002 \ue003'), lineOf('a')], height }
    const good = { lines: [lineOf('Clause 1 \ue001 The rent is due.')], height }
    const pages = [garbled, undefined, good, { lines: [], height }]
    expect(pages.map(isScanned)).toEqual([true, false, false, true])
    const { ocr, asked } = ocrWith([{ page: 1, lines: ['Words', '', 'here'] }])
    const say: string[] = []
    const ports = {
      signal: new AbortController().signal,
      say: (percent: number, words: string) => void say.push(`${percent} ${words}`),
    }
    const scanned = { pages, size: 10, bytes: () => Promise.resolve(SCAN) }
    const read_pages = await readScanned(ocr, scanned, ports)
    expect(asked.map((file) => file.pages)).toEqual([[1, 4]])
    expect(read_pages.pages[0]?.lines.map(({ text, apart }) => [text, apart])).toEqual([
      ['Words', false],
      ['here', true],
    ])
    expect(read_pages.pages.slice(1)).toEqual(pages.slice(1))
    expect(say).toEqual(['0 Recognising page 1 of 2', '50 Recognising page 2 of 2'])
  })

  test('asks for no more pages than the limit, and names the others', async () => {
    const many = OCR_LIMITS.pages + 20
    const { ocr, asked } = ocrWith([{ page: 1, lines: ['One'] }])
    const { notices } = await read(
      pdf({ pages: Array.from({ length: many }, () => []) }),
      'a.pdf',
      {
        ocr,
      },
    )
    expect(asked[0]?.pages).toHaveLength(OCR_LIMITS.pages)
    expect(notices?.[0]).toMatchObject({ code: 'pages_without_text', count: many - 1 })
  })
})

async function greyOf(picture: Uint8Array): Promise<GreyPage> {
  const raw = sharp(picture).greyscale().raw()
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: data }
}

/** A PDF of two pages without text. */
const blank = () => pdf({ pages: [[], []] })

const lineOf = (text: string) => ({ text, size: 10, apart: false, y: 700 })

async function serve(listener: RequestListener): Promise<Ocr> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return httpOcr({ url: `http://127.0.0.1:${port}/read?to=text`, token: 't' }, openGate)
}

async function all(ocr: Ocr, file: PictureFile): Promise<RecognisedPage[]> {
  const pages: RecognisedPage[] = []
  for await (const page of ocr(file, new AbortController().signal)) pages.push(page)
  return pages
}

const FILE = { bytes: SCAN, media_type: 'image/png', pages: [1, 3] } as const
const withPlaces = (boxes: readonly unknown[]) =>
  `${JSON.stringify({ page: 1, lines: ['ü'], confidence: 90, boxes })}\n`
const line = (page: number) => `${JSON.stringify({ page, lines: ['ü'], confidence: 90 })}\n`

describe('a text recognition over HTTP', () => {
  test('gets the file, and answers page by page', async () => {
    const ocr = await serve((request, response) => {
      expect(request.url).toBe('/read?to=text&pages=1%2C3')
      expect(request.headers).toMatchObject({
        authorization: 'Bearer t',
        'content-type': 'image/png',
      })
      const answer = Buffer.from(line(1) + line(3))
      // The letter is divided between two chunks.
      response.write(answer.subarray(0, answer.indexOf('ü') + 1))
      setImmediate(() => response.end(answer.subarray(answer.indexOf('ü') + 1)))
    })
    expect(await all(ocr, FILE)).toMatchObject([{ page: 1, lines: ['ü'] }, { page: 3 }])
  })

  test.each<[string, RequestListener]>([
    ['is overloaded', (_, response) => response.writeHead(503).end()],
    ['answers something else', (_, response) => response.end('<html>\n')],
    ['has no place for a line', (_, response) => response.end(withPlaces([]))],
    ['has a place outside of the page', (_, response) => response.end(withPlaces([[0, 2, 1, 1]]))],
    ['is cut off', (_, response) => response.end(line(1).slice(0, 20))],
    ['hangs up', (_, response) => response.destroy()],
  ])('is away if it %s', async (_, listener) => {
    await expect(all(await serve(listener), FILE)).rejects.toBeInstanceOf(OcrUnavailable)
  })
})

test('the text recognition of npm start reads a scanned page of a PDF, and one of a TIFF', async () => {
  const { access, close } = await startOcrEndpoint(() => {})
  onTestFinished(close)
  const ocr = httpOcr({ url: access.OCR_URL, token: access.OCR_TOKEN }, openGate)
  const { text, notices, layouts } = await read(scannedPdf(), 'a.pdf', { ocr })
  expect(text.split('\n').filter((one) => one !== '')).toEqual(['Page one is typed.', ...SCANNED])
  expect(layouts).toMatchObject([{ page: 2, lines: SCANNED.map((one) => ({ text: one })) }])
  // The picture stands at 40 points from the left, and ends 242 points from the top.
  for (const { x, y, height } of layouts?.[0]?.lines ?? []) {
    expect(x).toBeGreaterThan(40)
    expect(y + height).toBeLessThan(242)
  }
  expect(notices).toMatchObject([{ code: 'pages_recognised', count: 1 }])
  // A damaged picture ends neither the process nor the next picture.
  const broken = { ...FILE, bytes: SCAN.slice(0, 300), pages: [1] }
  expect(await all(ocr, broken)).toEqual([{ page: 1, lines: [], confidence: 0 }])
  expect(await all(ocr, { ...FILE, pages: [1] })).toMatchObject([{ lines: SCANNED }])
  const pages = [await greyOf(SCAN), { width: 9, height: 9, pixels: new Uint8Array(81) }]
  const fax = await read(tiff(pages), 'fax.tif', { ocr })
  expect(fax.text.split('\n')).toEqual(SCANNED)
  expect(fax.notices).toMatchObject([{ code: 'pages_without_text', count: 1 }, { count: 1 }])
  const stranger = httpOcr({ url: access.OCR_URL, token: 'wrong' }, openGate)
  await expect(all(stranger, FILE)).rejects.toBeInstanceOf(OcrUnavailable)
}, 60_000)
