import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { lastIndexOf, startsWith } from '../signature.ts'
import { tryUnpack } from '../unpack.ts'

/** Deflate unpacks to at most 1,032 times the packed size. */
const MAX_RATIO = 1_032
/** The number of bytes before a stream that may hold its dictionary, which says how the stream is packed. */
const DICTIONARY = 512
const TWICE = /\/Fl(?:ateDecode)?\s*\/Fl(?:ateDecode)?\b/
const IMAGE = /\/Subtype\s*\/Image\b/

/** Checks a PDF before it is opened. Refuses one that is cut off or unpacks to far more than a document holds. */
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

/** Whether a file is cut off: it has no end mark, or objects follow the last one. */
function isCutOff(bytes: Uint8Array): boolean {
  const end = Math.max(lastIndexOf(bytes, '%%EOF'), lastIndexOf(bytes, 'startxref'))
  if (end === -1) return true
  return /\d \d+ obj\b/.test(new TextDecoder('latin1').decode(bytes.subarray(end)))
}

/** Yields the start and the end of each stream, as the words "stream" and "endstream" show them. */
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

/** Yields each position of "stream", also inside "endstream". */
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
 * Refuses a stream that unpacks to too much. Skips streams that are encrypted or packed in another way. Passes
 * damaged streams: the library reads as much of them as it can.
 */
function checkStream(stream: Uint8Array, limit: number): void {
  const zlib = stream[0] === 0x78 && ((stream[0] << 8) | (stream[1] ?? 0)) % 31 === 0
  if (!zlib) return
  const found = tryUnpack(stream.subarray(2), limit)
  if (found === 'bomb' || found === 'too_large') throw new DocumentFailure('zip_bomb')
}
