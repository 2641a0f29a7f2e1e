import { crowded } from '../../protocol/crowded.ts'
import { type Cursor, parseCursor } from '../../protocol/cursor.ts'
import { runDeleted } from '../../protocol/run-deleted.ts'
import { Ack, closeCodes } from '../../protocol/socket.ts'
import { tokenExpired } from '../../protocol/token-expired.ts'
import { type Frame, toMessage } from './frame.ts'
import type { Refusal, Sink } from './sink.ts'

/** As much of the platform's WebSocket as a watcher needs. */
export type ServerSocket = {
  readonly readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
  serializeAttachment(value: unknown): void
  deserializeAttachment(): unknown
}

const OPEN = 1

const crowdedMessage = toMessage(crowded)
const deletedMessage = toMessage(runDeleted)
const expiredMessage = toMessage(tokenExpired)

export function isOpen({ readyState }: ServerSocket): boolean {
  return readyState === OPEN
}

/**
 * One WebSocket as a watcher. The platform does not say how much it buffers, so the client's
 * acknowledgements say whether the watcher lags (W-1).
 */
export class SocketSink implements Sink {
  readonly needsPulse = false
  readonly sleeps = true
  /** How many messages the client was sent. */
  sent = 0
  private readonly socket: ServerSocket
  private readonly unacked_bytes: number
  private readonly unacked = new Unacked()

  constructor(socket: ServerSocket, unacked_bytes: number) {
    this.socket = socket
    this.unacked_bytes = unacked_bytes
  }

  hasRoom(): boolean {
    return !this.unacked.exceeds(this.unacked_bytes)
  }

  /** One message an event. Their length in characters is near enough to bytes for a limit. */
  write(frame: Frame): boolean {
    if (!isOpen(this.socket)) return false
    let bytes = 0
    for (const text of frame.messages()) {
      this.socket.send(text)
      this.sent += 1
      bytes += text.length
    }
    this.unacked.sent(bytes, parseCursor(frame.id)?.seq)
    return true
  }

  /**
   * Counts an acknowledgement: of all messages up to `seq`, or of the messages without a cursor. Returns whether
   * it made room.
   */
  acked(seq: number | 'uncounted'): boolean {
    const lagged = !this.hasRoom()
    if (seq === 'uncounted') this.unacked.taken()
    else this.unacked.acked(seq)
    return lagged && this.hasRoom()
  }

  /** The platform answers pings, and says when the socket is gone: nothing has to be sent. */
  pulse(): boolean {
    return isOpen(this.socket)
  }

  end(): void {
    this.socket.close(closeCodes.normal, 'the run has ended')
  }

  cut(why?: Refusal): void {
    switch (why) {
      case undefined:
        return this.socket.close(closeCodes.restart, 'come back with the last cursor')
      case 'revoked':
        return this.socket.close(closeCodes.unauthorized, 'the token was revoked')
      case 'expired':
        if (isOpen(this.socket)) this.socket.send(expiredMessage)
        return this.socket.close(closeCodes.unauthorized, 'the token has expired')
      case 'deleted':
        if (isOpen(this.socket)) this.socket.send(deletedMessage)
        return this.socket.close(closeCodes.gone, 'the run was deleted')
    }
  }

  /** The message comes at once. The close may come later: some ten seconds, if the client has never sent anything. */
  turnAway(): void {
    if (isOpen(this.socket)) this.socket.send(crowdedMessage)
    this.socket.close(closeCodes.tryAgainLater, 'poll, until there is a place')
  }
}

type Mark = { readonly seq: number; readonly bytes: number }

/**
 * An upper bound of the bytes that a client was sent and has not acknowledged. Only the oldest and the
 * newest cursor that the client may acknowledge are kept, not those between.
 */
export class Unacked {
  private bytes = 0
  private oldest: Mark | null = null
  private newest: Mark | null = null

  /**
   * Counts sent bytes. `seq`: the seq of the cursor at their end, which the client can acknowledge; undefined if
   * they have none.
   */
  sent(bytes: number, seq: number | undefined): void {
    this.bytes += bytes
    if (seq === undefined) return
    this.newest = { seq, bytes: this.bytes }
    this.oldest ??= this.newest
  }

  acked(seq: number): void {
    const { oldest, newest } = this
    if (oldest === null || newest === null || seq < oldest.seq) return
    const freed = seq < newest.seq ? oldest.bytes : newest.bytes
    this.bytes -= freed
    this.oldest = seq < newest.seq ? { seq: newest.seq, bytes: newest.bytes - freed } : null
    this.newest = this.oldest
  }

  /**
   * Counts an acknowledgement of the messages without a cursor. If a cursor is not acknowledged yet, its
   * acknowledgement will cover these messages too, so nothing is counted now.
   */
  taken(): void {
    if (this.oldest === null) this.bytes = 0
  }

  exceeds(limit: number): boolean {
    return this.bytes > limit
  }
}

type SocketMessage =
  | { readonly kind: 'ack'; readonly cursor: Cursor }
  /** The client has taken all that was sent without a cursor: pages of a listing. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'wrong'; readonly code: number; readonly reason: string }

/** The most characters of an acknowledgement. */
export const MAX_CHARS = 1_000

/**
 * Reads which cursor a client's message acknowledges; the run is now at `end`. A message that is no
 * acknowledgement closes the socket with 1008 (1007 is for text that is not UTF-8, and never gets here).
 */
export function readAck(message: string | ArrayBuffer, end: Cursor): SocketMessage {
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

function wrong(reason: string, code: number = closeCodes.policy): SocketMessage {
  return { kind: 'wrong', code, reason }
}
