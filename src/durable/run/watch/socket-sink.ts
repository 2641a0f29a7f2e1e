import { parseCursor } from '../../../protocol/cursor.ts'
import { closeCodes } from '../../../protocol/socket.ts'
import { tokenExpired } from '../../../protocol/token-expired.ts'
import { type Frame, toMessage } from './frame.ts'
import type { Refusal, Sink } from './sink.ts'
import { Unacked } from './unacked.ts'

/** As much of the platform's WebSocket as a watcher needs. */
export type Socket = {
  readonly readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
  serializeAttachment(value: unknown): void
  deserializeAttachment(): unknown
}

const OPEN = 1

const expiredMessage = toMessage(tokenExpired)

export function isOpen({ readyState }: Socket): boolean {
  return readyState === OPEN
}

/**
 * One WebSocket as a watcher. The platform buffers without a word of how much, so what its client has
 * acknowledged says whether it lags (W-1).
 */
export class SocketSink implements Sink {
  readonly needsPulse = false
  readonly sleeps = true
  /** How many messages its client was sent. */
  told = 0
  private readonly socket: Socket
  private readonly unacked_bytes: number
  private readonly unacked = new Unacked()

  constructor(socket: Socket, unacked_bytes: number) {
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
      this.told += 1
      bytes += text.length
    }
    this.unacked.sent(bytes, parseCursor(frame.id)?.seq)
    return true
  }

  /** Its client holds all up to `seq`, or what came without one. Answers whether that made room. */
  acked(seq: number | 'uncounted'): boolean {
    const lagged = !this.hasRoom()
    if (seq === 'uncounted') this.unacked.taken()
    else this.unacked.acked(seq)
    return lagged && this.hasRoom()
  }

  /** The platform answers a client's ping, and tells when the socket is gone. */
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
    }
  }
}
