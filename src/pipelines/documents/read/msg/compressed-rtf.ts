import { DocumentFailure } from '../../document-failure.ts'

/** The text to which the first references of every compressed RTF may point (MS-OXRTFCP, 2.1.2.1). */
const BEGINNING = new TextEncoder().encode(
  String.raw`{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
    '\r\n' +
    String.raw`\par \pard\plain\f0\fs20\b\i\u\tab\tx`,
)

const COMPRESSED = 0x75_46_5a_4c
const PLAIN = 0x41_4c_45_4d
const HEAD_BYTES = 16
const WINDOW = 4_096

/** Unpacks the RTF of a message. Throws a DocumentFailure if it is cut off or has more than `most` bytes. */
export function unpackRtf(packed: Uint8Array, most: number): Uint8Array {
  if (packed.length < HEAD_BYTES) throw new DocumentFailure('damaged')
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const size = view.getUint32(4, true)
  if (size > most) throw new DocumentFailure('too_large')
  const form = view.getUint32(8, true)
  const content = packed.subarray(HEAD_BYTES)
  if (form === PLAIN) return content.subarray(0, size)
  if (form !== COMPRESSED) throw new DocumentFailure('damaged')
  return unpackWindow(content, size)
}

/** Unpacks references to the last 4,096 bytes (LZFu). One that points to the place of writing is the end. */
function unpackWindow(packed: Uint8Array, size: number): Uint8Array {
  const output = new WindowedOutput(size)
  let flags = 0
  for (let at = 0, bit = 8; at < packed.length && !output.isFull; bit++) {
    if (bit === 8) {
      flags = packed[at++] ?? 0
      bit = 0
    }
    if ((flags & (1 << bit)) === 0) {
      if (at < packed.length) output.put(packed[at++] ?? 0)
      continue
    }
    const [high, low] = packed.subarray(at, at + 2)
    if (high === undefined || low === undefined) break
    at += 2
    const from = (high << 4) | (low >> 4)
    if (from === output.place) break
    output.repeat(from, (low & 15) + 2)
  }
  return output.written
}

/** Unpacked bytes, and a ring of the last ones. */
class WindowedOutput {
  readonly #window = new Uint8Array(WINDOW)
  readonly #bytes: Uint8Array
  #filled = 0

  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
    this.#window.set(BEGINNING)
  }

  get isFull(): boolean {
    return this.#filled === this.#bytes.length
  }

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#filled)
  }

  /** The place in the ring that is written next. */
  get place(): number {
    return (BEGINNING.length + this.#filled) % WINDOW
  }

  put(byte: number): void {
    if (this.isFull) return
    this.#window[this.place] = byte
    this.#bytes[this.#filled++] = byte
  }

  repeat(from: number, length: number): void {
    for (let n = 0; n < length; n++) this.put(this.#window[(from + n) % WINDOW] ?? 0)
  }
}
