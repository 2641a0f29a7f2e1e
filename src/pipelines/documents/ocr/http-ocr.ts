import { z } from 'zod'

import type { Gate } from '../../../gate.ts'
import { type Ocr, OcrUnavailable, type PictureFile, type RecognisedPage } from './ocr.ts'

/** Where a text recognition answers, and the token that it wants. */
type OcrService = { readonly url: string; readonly token: string }

const share = z.number().min(0).max(1)

const Answered = z
  .object({
    page: z.int().positive(),
    lines: z.array(z.string()),
    confidence: z.number(),
    boxes: z.array(z.tuple([share, share, share, share]).nullable()).exactOptional(),
  })
  .refine(({ lines, boxes = lines }) => boxes.length === lines.length, 'a line has no box')

/** The most characters of the answer for one page. */
const PAGE_CHARS = 1_000_000

/**
 * A text recognition over HTTP. It gets a file by POST with `?pages=1,3` and answers with one line of JSON for each
 * page as soon as the page is read: `{"page": 1, "lines": ["…"], "confidence": 93}`. A page may also have `boxes`, one
 * for each line: `[x, y, width, height]` as shares of the page from its upper left corner, or null.
 */
export function httpOcr({ url, token }: OcrService, gate: Gate): Ocr {
  return async function* (file, signal) {
    try {
      const response = await gate(() => fetch(requestFor(file, { url, token }, signal)))
      if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`)
      yield* readLines(response.body)
    } catch (cause) {
      throw new OcrUnavailable({ cause })
    }
  }
}

function requestFor(
  { bytes, media_type, pages }: PictureFile,
  { url, token }: OcrService,
  signal: AbortSignal,
): Request {
  const address = new URL(url)
  address.searchParams.set('pages', pages.join(','))
  const headers = { 'content-type': media_type, authorization: `Bearer ${token}` }
  return new Request(address, { method: 'POST', body: bodyOf(bytes), headers, signal })
}

/** The bytes as they are. A copy of a large file would not fit into the memory beside the file. */
function bodyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : bytes.slice()
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<RecognisedPage> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > PAGE_CHARS) throw new RangeError('a page is too long')
    for (const line of lines) yield Answered.parse(JSON.parse(line))
  }
  if (rest !== '') throw new SyntaxError('the answer was cut off')
}
