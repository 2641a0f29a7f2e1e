import { z } from 'zod'

import { type Cursor, formatCursor } from '../../../protocol/cursor.ts'
import { closeCodes } from '../../../protocol/socket.ts'
import type { Settings } from '../../../settings.ts'
import type { Run } from '../run-state.ts'
import { readAck } from './ack.ts'
import type { Place } from './position.ts'
import { placeOf, placeOn, standAt } from './position.ts'
import { isOpen, type Socket, SocketSink } from './socket-sink.ts'
import type { Watcher, Watchers } from './watchers.ts'

/**
 * All that is kept of a socket while its object hibernates: what it wants, and the cursor that its
 * client came with or, once `acked`, the last one that it has acknowledged.
 */
const Visit = z.object({
  wanted: z.object({ lean: z.boolean(), detail: z.boolean(), log: z.boolean() }),
  cursor: z.string().nullable(),
  acked: z.boolean(),
  token_id: z.string().exactOptional(),
  until: z.number().exactOptional(),
})
type Visit = z.infer<typeof Visit>

/** Where sockets come from, and where they outlive the object's memory. */
export type SocketHost = {
  /** A new socket, and the answer that hands its other end over. */
  open(): { readonly socket: Socket; readonly answer: Response }
  /** All that were opened and not yet closed, also before the object was evicted. */
  all(): readonly Socket[]
}

type Parts = {
  readonly host: SocketHost
  readonly run: () => Run | undefined
  readonly watchers: Watchers
  readonly settings: Pick<Settings, 'unacked_bytes'>
}

/**
 * `acked`: the highest seq that its client has acknowledged, or below all. `heard`: how many messages
 * came of it since the object woke.
 */
type Connection = {
  readonly sink: SocketSink
  readonly watcher: Watcher
  readonly visit: Visit
  acked: number
  heard: number
}

/**
 * A client acknowledges what it was sent, each message once at most. So many more may come, for what
 * was sent before the object slept; a client that sends on keeps the object from all others.
 */
const UNASKED_MAX = 10_000

/** A run's sockets as its watchers. What is known of each stands in its attachment. */
export class Sockets {
  private readonly parts: Parts
  private readonly connections = new WeakMap<Socket, Connection>()

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Answers with a new socket that watches the run. */
  open(run: Run, arrival: Omit<Visit, 'acked'>): Response {
    const { socket, answer } = this.parts.host.open()
    const visit = { ...arrival, acked: false }
    socket.serializeAttachment(visit)
    this.watch(socket, visit, placeOf(run, visit.cursor))
    return answer
  }

  /** Answers with a socket that is closed at once: its client has seen the end. */
  refuse(): Response {
    const { socket, answer } = this.parts.host.open()
    socket.close(closeCodes.normal, 'the run has ended')
    return answer
  }

  /** The object woke: each socket goes on from what its client has acknowledged. */
  restore(): void {
    const run = this.parts.run()
    for (const socket of this.parts.host.all()) {
      const visit = Visit.safeParse(socket.deserializeAttachment()).data
      if (!isOpen(socket)) continue
      if (run === undefined || visit === undefined) socket.close(closeCodes.restart)
      else this.watch(socket, visit, placeAfterSleep(run, visit))
    }
  }

  message(socket: Socket, message: string | ArrayBuffer): void {
    const connection = this.connections.get(socket)
    const run = this.parts.run()
    if (connection === undefined || run === undefined || !isOpen(socket)) return
    connection.heard += 1
    const unasked = connection.heard > connection.sink.told + UNASKED_MAX
    const reading = unasked ? TOO_MANY : readAck(message, run)
    switch (reading.kind) {
      case 'ack':
        return this.acked(socket, connection, reading.cursor)
      case 'taken':
        if (connection.sink.acked('uncounted')) this.parts.watchers.drained(connection.watcher)
        return
      case 'wrong':
        this.parts.watchers.remove(connection.watcher)
        socket.close(reading.code, reading.reason)
    }
  }

  /** The client is gone or takes its leave, which is answered (W-7). */
  closed(socket: Socket): void {
    const connection = this.connections.get(socket)
    if (connection !== undefined) this.parts.watchers.remove(connection.watcher)
    socket.close(closeCodes.normal)
  }

  private watch(socket: Socket, visit: Visit, place: Place): void {
    const { watchers, settings } = this.parts
    const { wanted, token_id, until } = visit
    const sink = new SocketSink(socket, settings.unacked_bytes)
    const watcher = watchers.add(sink, {
      standing: standAt(place, wanted),
      ...(token_id === undefined ? {} : { token_id }),
      ...(until === undefined ? {} : { until }),
    })
    const acked = visit.acked && place.kind === 'at' ? place.shown : -1
    this.connections.set(socket, { sink, watcher, visit, acked, heard: 0 })
  }

  /** The attachment is written here and on arrival, never on the way of a change. */
  private acked(socket: Socket, connection: Connection, cursor: Cursor): void {
    const { sink, watcher, visit } = connection
    if (cursor.seq > connection.acked) {
      connection.acked = cursor.seq
      const kept: Visit = { ...visit, cursor: formatCursor(cursor), acked: true }
      socket.serializeAttachment(kept)
    }
    if (sink.acked(cursor.seq)) this.parts.watchers.drained(watcher)
  }
}

const TOO_MANY = { kind: 'wrong', code: closeCodes.policy, reason: 'too many messages' } as const

/** Who has acknowledged anything was greeted on this connection. */
function placeAfterSleep(run: Run, { cursor, acked }: Visit): Place {
  return acked ? placeOn(run, cursor) : placeOf(run, cursor)
}
