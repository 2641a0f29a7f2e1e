import { z } from 'zod'

/**
 * A client's acknowledgement on a socket: the client has every event up to this cursor. An empty cursor
 * acknowledges the events that were sent before the first cursor. Unknown members are ignored.
 */
export const Ack = z.object({ ack: z.string() })
export type Ack = z.infer<typeof Ack>

/** A client's ping, and the answer. The platform answers it without waking the run's object. */
export const PING = 'ping'
export const PONG = 'pong'

/** The close codes of a socket: RFC 6455, section 7.4, and IANA's registry. */
export const closeCodes = {
  /** The terminal status was sent, or the client closed. */
  normal: 1000,
  /** The client sent a binary message. Only text is understood. */
  unsupported: 1003,
  /** The client sent a message that is no acknowledgement. */
  policy: 1008,
  /** The client shall connect again with its last cursor. */
  restart: 1012,
  /** There is no place for the client: it polls until there is one (W-13). */
  tryAgainLater: 1013,
  /** The token has expired or was revoked: the client needs another one. The HTTP status plus 4,000. */
  unauthorized: 4401,
  /** What the client watched was deleted. The HTTP status plus 4,000. */
  gone: 4410,
} as const
