import { z } from 'zod'

import { type Cursor, formatCursor } from '../../protocol/cursor.ts'
import { closeCodes } from '../../protocol/socket.ts'
import type { Settings } from '../../settings.ts'
import type { Position } from './position.ts'
import { positionOf, continuedPosition, subscriptionAt } from './position.ts'
import type { WatchSubject } from './shown.ts'
import { isOpen, readAck, type ServerSocket, SocketSink } from './socket-sink.ts'
import type { Watcher, WatcherRegistry } from './watchers.ts'

/**
 * The data that a socket keeps while its object hibernates: its client's options, and the cursor that the client
 * came with or, once `acked`, the last cursor that the client has acknowledged. Objects of other versions read
 * these names.
 */
const Attachment = z.object({
  wanted: z.object({ lean: z.boolean(), detail: z.boolean(), log: z.boolean() }),
  cursor: z.string().nullable(),
  acked: z.boolean(),
  token_id: z.string().exactOptional(),
  until: z.number().exactOptional(),
})
type Attachment = z.infer<typeof Attachment>

/** Opens sockets, and knows those that outlive the object's memory. */
export type SocketHost = {
  /** Opens a socket, with the answer that gives its other end to the client. */
  open(): { readonly socket: ServerSocket; readonly answer: Response }
  /** All sockets that are open, also those that were opened before the object was evicted. */
  all(): readonly ServerSocket[]
}

type SocketsParts = {
  readonly host: SocketHost
  readonly run: () => WatchSubject | undefined
  readonly watchers: WatcherRegistry
  readonly settings: Pick<Settings, 'unacked_bytes'>
}

/**
 * `acked`: the highest seq that the client has acknowledged, or -1. `received`: how many messages came
 * from the client since the object woke.
 */
type SocketRequest = {
  readonly sink: SocketSink
  readonly watcher: Watcher
  readonly attachment: Attachment
  acked: number
  received: number
}

/**
 * A client acknowledges each message at most once. The client may send this many acknowledgements more, for
 * messages that were sent before the object slept. The object closes the socket of a client that sends even more,
 * because such a client would keep the object from serving others.
 */
const EXTRA_ACKS = 10_000

/** A run's sockets as its watchers. Each socket's attachment holds what must outlive the object's memory. */
export class Sockets {
  private readonly parts: SocketsParts
  private readonly connections = new WeakMap<ServerSocket, SocketRequest>()

  constructor(parts: SocketsParts) {
    this.parts = parts
  }

  /** Answers with a new socket that watches the run. */
  open(run: WatchSubject, arrival: Omit<Attachment, 'acked'>): Response {
    const { socket, answer } = this.parts.host.open()
    const attachment = { ...arrival, acked: false }
    socket.serializeAttachment(attachment)
    this.watch(socket, attachment, positionOf(run, attachment.cursor))
    return answer
  }

  /** Answers with a socket that is closed at once: the client has already seen the run's end. */
  refuse(): Response {
    const { socket, answer } = this.parts.host.open()
    socket.close(closeCodes.normal, 'the run has ended')
    return answer
  }

  /** Called when the object wakes. Each socket goes on from the last cursor that its client has acknowledged. */
  restore(): void {
    const run = this.parts.run()
    for (const socket of this.parts.host.all()) {
      const attachment = Attachment.safeParse(socket.deserializeAttachment()).data
      if (!isOpen(socket)) continue
      if (run === undefined || attachment === undefined) socket.close(closeCodes.restart)
      else this.watch(socket, attachment, positionAfterSleep(run, attachment))
    }
  }

  message(socket: ServerSocket, message: string | ArrayBuffer): void {
    const connection = this.connections.get(socket)
    const run = this.parts.run()
    if (connection === undefined || run === undefined || !isOpen(socket)) return
    connection.received += 1
    const excessive = connection.received > connection.sink.sent + EXTRA_ACKS
    const read = excessive ? TOO_MANY : readAck(message, run)
    switch (read.kind) {
      case 'ack':
        return this.acked(socket, connection, read.cursor)
      case 'taken':
        if (connection.sink.acked('uncounted')) this.parts.watchers.drained(connection.watcher)
        return
      case 'wrong':
        this.parts.watchers.remove(connection.watcher)
        socket.close(read.code, read.reason)
    }
  }

  /**
   * Called when the client has gone or closes its socket. Removes the watcher, and answers the close with a close
   * (W-7).
   */
  closed(socket: ServerSocket): void {
    const connection = this.connections.get(socket)
    if (connection !== undefined) this.parts.watchers.remove(connection.watcher)
    socket.close(closeCodes.normal)
  }

  private watch(socket: ServerSocket, attachment: Attachment, position: Position): void {
    const { watchers, settings } = this.parts
    const { wanted, token_id, until } = attachment
    const sink = new SocketSink(socket, settings.unacked_bytes)
    const watcher = watchers.add(sink, {
      subscription: subscriptionAt(position, wanted),
      ...(token_id === undefined ? {} : { token_id }),
      ...(until === undefined ? {} : { until }),
    })
    const acked = attachment.acked && position.kind === 'shown' ? position.shown : -1
    this.connections.set(socket, { sink, watcher, attachment, acked, received: 0 })
  }

  /**
   * Takes an acknowledgement, and keeps its cursor in the attachment. Nothing else but the arrival of a socket
   * writes the attachment, so sending a change writes none.
   */
  private acked(socket: ServerSocket, connection: SocketRequest, cursor: Cursor): void {
    const { sink, watcher, attachment } = connection
    if (cursor.seq > connection.acked) {
      connection.acked = cursor.seq
      const kept: Attachment = { ...attachment, cursor: formatCursor(cursor), acked: true }
      socket.serializeAttachment(kept)
    }
    if (sink.acked(cursor.seq)) this.parts.watchers.drained(watcher)
  }
}

const TOO_MANY = { kind: 'wrong', code: closeCodes.policy, reason: 'too many messages' } as const

/** A client that has acknowledged anything was already sent the status on this connection. */
function positionAfterSleep(run: WatchSubject, { cursor, acked }: Attachment): Position {
  return acked ? continuedPosition(run, cursor) : positionOf(run, cursor)
}
