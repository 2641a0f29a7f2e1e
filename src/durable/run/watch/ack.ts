import type { Cursor } from '../../../protocol/cursor.ts'
import { parseCursor } from '../../../protocol/cursor.ts'
import { Ack, closeCodes } from '../../../protocol/socket.ts'

type Reading =
  | { readonly kind: 'ack'; readonly cursor: Cursor }
  /** All that was sent without a cursor was taken: pages of a listing. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'wrong'; readonly code: number; readonly reason: string }

/** No acknowledgement is longer. */
const MAX_CHARS = 1_000

/**
 * What a client's message acknowledges of a run that is now at `end`. One that is no acknowledgement
 * violates what was agreed on, 1008: 1007 is for text that is not UTF-8, which never gets here.
 */
export function readAck(message: string | ArrayBuffer, end: Cursor): Reading {
  if (typeof message !== 'string') return wrong('send text', closeCodes.unsupported)
  const ack = parseAck(message)
  if (ack === undefined) return wrong('send {"ack": "<cursor>"}')
  if (ack.ack === '') return { kind: 'taken' }
  const cursor = parseCursor(ack.ack)
  if (cursor?.epoch !== end.epoch || cursor.seq > end.seq)
    return wrong('this cursor was never sent')
  return { kind: 'ack', cursor }
}

function parseAck(text: string): Ack | undefined {
  if (text.length > MAX_CHARS) return undefined
  try {
    return Ack.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function wrong(reason: string, code: number = closeCodes.policy): Reading {
  return { kind: 'wrong', code, reason }
}
