import { Inflate } from 'fflate'

/**
 * The number of packed bytes that are inflated at a time: a zip bomb gives at most 4 MB at a time. With 512 bytes the
 * same file takes four times as long, because each call copies the last 32 KB.
 */
const SLICE_BYTES = 4_096

/** Takes one unpacked piece. `used` counts the packed bytes that were read so far. Returns false to stop. */
type TakeUsed = (piece: Uint8Array, used: number) => boolean

/**
 * Inflates raw deflated bytes piece by piece, and stops when `take` returns false. Returns whether the data reached
 * its end. Throws if the bytes are not deflated data.
 */
function inflate(packed: Uint8Array, take: TakeUsed): boolean {
  const state = { going: true, ended: false, used: 0 }
  const inflater = new Inflate((piece, last) => {
    state.going &&= take(piece, state.used)
    state.ended ||= last
  })
  for (let at = 0; at < packed.length && state.going; at += SLICE_BYTES) {
    state.used = Math.min(at + SLICE_BYTES, packed.length)
    inflater.push(packed.subarray(at, state.used), state.used === packed.length)
  }
  return state.ended
}

/** Data that unpacks to more bytes than this at a higher ratio than this is a zip bomb. */
const BOMB = { bytes: 8_000_000, ratio: 150 }

/** The result of a trial. `bad`: the bytes are damaged or cut off. */
type Unpacked = 'fits' | 'too_large' | 'bomb' | 'bad'

/** Unpacks bytes only to count them, and keeps none of them. */
export function tryUnpack(packed: Uint8Array, limit: number): Unpacked {
  const told = { found: 'fits' as Unpacked, size: 0 }
  try {
    const whole = inflate(packed, (piece, used) => {
      told.size += piece.length
      if (isBomb(told.size, used)) told.found = 'bomb'
      else if (told.size > limit) told.found = 'too_large'
      return told.found === 'fits'
    })
    return told.found === 'fits' && !whole ? 'bad' : told.found
  } catch {
    return 'bad'
  }
}

export function isBomb(unpacked: number, packed: number): boolean {
  return unpacked > BOMB.bytes && unpacked > packed * BOMB.ratio
}

/** Unpacks bytes piece by piece. The caller has tried them with `tryUnpack`. */
export function unpack(packed: Uint8Array, take: (piece: Uint8Array) => void): void {
  inflate(packed, (piece) => {
    take(piece)
    return true
  })
}
