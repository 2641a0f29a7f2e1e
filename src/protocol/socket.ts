import { z } from 'zod'

/** What a socket's client says: it holds all up to this cursor, or, where it
 * is empty, what was sent without one. Members that are not known are passed over. */
export const Ack = z.object({ ack: z.string() })
export type Ack = z.infer<typeof Ack>

/** A client's sign of life and its answer, which the platform gives without waking the run's object. */
export const PING = 'ping'
export const PONG = 'pong'

/** Why a socket is closed: RFC 6455, section 7.4, and IANA's registry of close codes. */
export const closeCodes = {
  /** The terminal status was sent, or the client took its leave. */
  normal: 1000,
  /** Only text is understood. */
  unsupported: 1003,
  /** A message that is no acknowledgement. */
  policy: 1008,
  /** Come back with the last cursor. */
  restart: 1012,
  /** Its token has expired or was revoked: don't come back with it. The HTTP status, and 4000. */
  unauthorized: 4401,
} as const
