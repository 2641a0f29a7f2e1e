import { Inflate } from 'fflate'

/** So little goes in at once that what comes out at once stays small, whatever was packed. */
const SLICE_BYTES = 512

/** `used`: how many packed bytes were read for all pieces up to this one. */
type Take = (piece: Uint8Array, used: number) => boolean

/**
 * Inflates raw deflated bytes piece by piece, and stops as soon as `take` answers false. Answers
 * whether they came to their end; throws where they are no such bytes.
 */
function inflate(packed: Uint8Array, take: Take): boolean {
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

/** What is packed so well for so long was made to be unpacked by somebody who does not look. */
const BOMB = { bytes: 8_000_000, ratio: 150 }

/** What unpacking comes to; `bad`: there is something wrong with the bytes, or they are cut off. */
type Unpacked = 'fits' | 'too_large' | 'bomb' | 'bad'

/** Counts what would come out of packed bytes, and holds nothing of it. */
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

/** All that comes out of packed bytes, which were tried before, piece by piece. */
export function unpack(packed: Uint8Array, take: (piece: Uint8Array) => void): void {
  inflate(packed, (piece) => {
    take(piece)
    return true
  })
}
