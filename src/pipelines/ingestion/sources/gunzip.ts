import { Gunzip } from 'fflate'

import { crc32 } from '../../../crc32.ts'
import { joinBytes } from '../../../join-bytes.ts'

const MAX_BYTES = 10 * 1024 * 1024
/** Unpacks in slices, so that a zip bomb cannot fill the memory before the limit stops it. */
const SLICE = 16 * 1024

type Gunzipped =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large' | 'damaged' }

export function isGzip([a, b]: Uint8Array): boolean {
  return a === 0x1f && b === 0x8b
}

/**
 * Unpacks a gzip file of one or several members, of which each piece is given as it comes. Bytes behind the last
 * member are ignored, as caches append comments. Returns `whole` if each member's checksum and length are there, and
 * stops when the content exceeds the size limit.
 */
export function* unpackedPieces(
  bytes: Uint8Array,
  max_bytes: number,
): Generator<Uint8Array, 'whole' | 'damaged' | 'too_large'> {
  const members = new Members(bytes)
  const stream = new Gunzip((chunk) => members.add(chunk))
  stream.onmember = (start) => members.begin(start)
  for (let at = 0, goesOn = true; goesOn && at < bytes.length; at += SLICE) {
    goesOn = push(stream, bytes, at)
    yield* members.take()
    if (members.length > max_bytes) return 'too_large'
  }
  return members.areWhole() ? 'whole' : 'damaged'
}

/** Bytes behind a member that are no further one end the reading. The checksum tells whether the member is whole. */
function push(stream: Gunzip, bytes: Uint8Array, at: number): boolean {
  try {
    stream.push(bytes.subarray(at, at + SLICE), at + SLICE >= bytes.length)
    return true
  } catch {
    return false
  }
}

/** Unpacks a gzip file whole. */
export function gunzip(bytes: Uint8Array): Gunzipped {
  const chunks: Uint8Array[] = []
  const pieces = unpackedPieces(bytes, MAX_BYTES)
  let next = pieces.next()
  for (; !next.done; next = pieces.next()) chunks.push(next.value)
  return next.value === 'whole' ? { kind: 'whole', bytes: joinBytes(chunks) } : { kind: next.value }
}

class Members {
  readonly #bytes: Uint8Array
  readonly #pieces: Uint8Array[] = []
  length = 0
  #whole = true
  /** The place, the checksum and the length of the member that is being unpacked. */
  #start = 0
  #crc = 0
  #size = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  add(chunk: Uint8Array): void {
    this.#pieces.push(chunk)
    this.length += chunk.length
    this.#size += chunk.length
    this.#crc = crc32(chunk, this.#crc)
  }

  begin(start: number): void {
    this.#whole &&= this.#endsAt(start - 8)
    this.#start = start
    this.#crc = 0
    this.#size = 0
  }

  /** Returns the pieces that came since the last call. */
  take(): readonly Uint8Array[] {
    return this.#pieces.splice(0)
  }

  /** Whether the last member ends with its checksum and length, wherever in the rest they are. */
  areWhole(): boolean {
    for (let at = this.#start + 10; this.#whole && at + 8 <= this.#bytes.length; at++) {
      if (this.#endsAt(at)) return true
    }
    return false
  }

  #endsAt(at: number): boolean {
    const { buffer, byteOffset, byteLength } = this.#bytes
    if (at < 0 || at + 8 > byteLength) return false
    const view = new DataView(buffer, byteOffset + at, 8)
    return view.getUint32(0, true) === this.#crc && view.getUint32(4, true) === this.#size
  }
}
