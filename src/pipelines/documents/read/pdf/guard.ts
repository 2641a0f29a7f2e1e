import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { lastIndexOf, startsWith } from '../signature.ts'
import { tryUnpack } from '../unpack.ts'

/** Deflated bytes come to no more than a thousandfold, and a little. */
const MAX_RATIO = 1_032
/** As much of what stands before a stream as says how it is packed. */
const DICTIONARY = 512
const TWICE = /\/Fl(?:ateDecode)?\s*\/Fl(?:ateDecode)?\b/
const IMAGE = /\/Subtype\s*\/Image\b/

/** Refuses a PDF that is cut off, or unpacks to more than a document holds, before it is opened. */
export function checkPdf(bytes: Uint8Array, limits: Pick<ExtractLimits, 'stream_bytes'>): void {
  if (isCutOff(bytes)) throw new DocumentFailure('damaged')
  const latin1 = new TextDecoder('latin1')
  for (const [start, end] of streams(bytes)) {
    const dictionary = latin1.decode(bytes.subarray(Math.max(0, start - DICTIONARY), start))
    const own = dictionary.slice(dictionary.lastIndexOf(' obj') + 1)
    if (TWICE.test(own)) throw new DocumentFailure('zip_bomb')
    if ((end - start) * MAX_RATIO > limits.stream_bytes && !IMAGE.test(own))
      checkStream(bytes.subarray(start, end), limits.stream_bytes)
  }
}

/** Whether objects follow upon the file's last end mark, or there is none. */
function isCutOff(bytes: Uint8Array): boolean {
  const end = Math.max(lastIndexOf(bytes, '%%EOF'), lastIndexOf(bytes, 'startxref'))
  if (end === -1) return true
  return /\d \d+ obj\b/.test(new TextDecoder('latin1').decode(bytes.subarray(end)))
}

/** From where to where the streams go, as far as their key words say. */
function* streams(bytes: Uint8Array): Generator<readonly [start: number, end: number]> {
  let start: number | undefined
  for (const at of keyWords(bytes)) {
    const ends = at >= 3 && startsWith(bytes.subarray(at - 3, at), 'end')
    if (!ends) start ??= skipLineEnd(bytes, at + STREAM.length)
    else if (start !== undefined) {
      yield [start, at - 3]
      start = undefined
    }
  }
}

const STREAM = 'stream'

/** Wherever "stream" stands, be it the end of "endstream". */
function* keyWords(bytes: Uint8Array): Generator<number> {
  const first = STREAM.charCodeAt(0)
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1))
    if (startsWith(bytes.subarray(at, at + STREAM.length), STREAM)) yield at
}

function skipLineEnd(bytes: Uint8Array, at: number): number {
  const cr = bytes[at] === 13 ? 1 : 0
  return at + cr + (bytes[at + cr] === 10 ? 1 : 0)
}

/**
 * What is packed otherwise, or protected, is no concern of this, and what is damaged is read by the
 * library as far as it goes.
 */
function checkStream(stream: Uint8Array, limit: number): void {
  const zlib = stream[0] === 0x78 && ((stream[0] << 8) | (stream[1] ?? 0)) % 31 === 0
  if (!zlib) return
  const found = tryUnpack(stream.subarray(2), limit)
  if (found === 'bomb' || found === 'too_large') throw new DocumentFailure('zip_bomb')
}
