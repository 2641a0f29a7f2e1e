import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { createParser, type EventSourceMessage } from 'eventsource-parser'

import { ResponseBody } from '../../bench/watch/response-body.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'

/** A stream over a bare TCP connection, which can be left unread. */
export class RawStream {
  state: WatchedRun = unwatched
  cursor: string | undefined
  readonly ended: Promise<unknown>
  private readonly socket: Socket
  private readonly body = new ResponseBody()
  private readonly decoder = new TextDecoder()
  private readonly parser = createParser({ onEvent: (event) => this.take(event) })

  constructor(port: number, request: string) {
    this.socket = connect({ host: '127.0.0.1', port })
    this.socket.on('data', (piece: Buffer) => {
      this.parser.feed(this.decoder.decode(this.body.take(piece), { stream: true }))
    })
    this.ended = once(this.socket, 'close')
    this.socket.write(request)
  }

  /** Answers when the full state was read; nothing that comes after it is. */
  async stall(): Promise<void> {
    while (this.cursor === undefined) await once(this.socket, 'data')
    this.socket.pause()
  }

  readOn(): void {
    this.socket.resume()
  }

  private take({ event, data, id }: EventSourceMessage): void {
    const value: unknown = event === 'status' ? data : JSON.parse(data)
    const said = RunEvent.parse({ event, data: value, ...(id === undefined ? {} : { id }) })
    this.state = fold(this.state, said)
    this.cursor = said.id ?? this.cursor
    if (said.event === 'status' && said.id !== undefined) this.socket.end()
  }
}
