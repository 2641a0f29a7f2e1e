import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { ResponseBody } from '../../bench/watch/response-body.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { eventParser } from './event-parser.ts'
import { Reading } from './reading.ts'

/** A stream over a bare TCP connection. A test can stop reading it. */
export class RawStream extends Reading {
  readonly ended: Promise<unknown>
  private heartbeats = 0
  private readonly socket: Socket
  private readonly body = new ResponseBody()
  private readonly decoder = new TextDecoder()
  private readonly parser = eventParser(
    (event) => this.read(event),
    () => (this.heartbeats += 1),
  )

  constructor(port: number, request: string) {
    super()
    this.socket = connect({ host: '127.0.0.1', port })
    this.socket.on('data', (piece: Buffer) => {
      this.parser.feed(this.decoder.decode(this.body.take(piece), { stream: true }))
    })
    this.ended = once(this.socket, 'close')
    this.socket.write(request)
  }

  /** Reads the full state, and then stops reading. */
  async stall(): Promise<void> {
    while (this.cursor === undefined) await once(this.socket, 'data')
    this.socket.pause()
  }

  /** Returns when so many more heartbeats have come. */
  async pulse(count: number): Promise<void> {
    const last = this.heartbeats + count
    while (this.heartbeats < last) await once(this.socket, 'data')
  }

  readOn(): void {
    this.socket.resume()
  }

  protected override read(event: RunEvent): void {
    super.read(event)
    if (event.event === 'status' && event.id !== undefined) this.socket.end()
  }
}
