import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'

import { z } from 'zod'

const Address = z.object({ port: z.int() })

/**
 * A proxy that cuts each connection when so many bytes of answers have passed. The count goes on over
 * several answers. In turn, the answer seems to end in good order, or the connection breaks.
 */
export class CuttingProxy {
  cuts = 0
  private readonly server: Server
  private readonly port: number
  private readonly budget: (cuts: number) => number
  private meter: Meter

  private constructor(port: number, budget: (cuts: number) => number) {
    this.port = port
    this.budget = budget
    this.meter = new Meter(budget(0))
    this.server = createServer((asked, answer) => this.pass(asked, answer))
    this.server.on('upgrade', (asked, client) => this.passSocket(asked, client))
  }

  /** `budget` returns the bytes until the next cut, given the number of cuts so far. */
  static async start(port: number, budget: (cuts: number) => number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port, budget)
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    return proxy
  }

  get origin(): string {
    return `http://127.0.0.1:${Address.parse(this.server.address()).port}`
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }

  private pass({ method, url, headers }: IncomingMessage, answer: ServerResponse): void {
    const to = { host: '127.0.0.1', port: this.port, method, path: url, headers }
    const further = request(to, (source) => {
      answer.writeHead(source.statusCode ?? 502, source.headers).flushHeaders()
      source.on('end', () => answer.end()).on('error', () => answer.destroy())
      source.on('data', (piece: Buffer) => {
        if (answer.writableEnded) return
        answer.write(this.meter.take(piece))
        if (!this.meter.isSpent) return
        source.destroy()
        if (this.cut() % 2 === 0) answer.end()
        else answer.destroy()
      })
    })
    further.on('error', () => answer.destroy()).end()
    answer.on('close', () => further.destroy())
  }

  /** A WebSocket has a close frame of its own, so the end of its connection is always a break. */
  private passSocket({ url, rawHeaders }: IncomingMessage, client: Duplex): void {
    const server = connect({ host: '127.0.0.1', port: this.port })
    const end = () => [client, server].map((socket) => socket.destroy())
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    const lines = rawHeaders.map((text, at) => text + (at % 2 === 0 ? ': ' : '\r\n'))
    server.write(`GET ${url} HTTP/1.1\r\n${lines.join('')}\r\n`)
    client.pipe(server)
    server.on('data', (piece: Buffer) => {
      if (!client.writable) return
      client.write(this.meter.take(piece))
      if (!this.meter.isSpent) return
      this.cut()
      server.destroy()
    })
  }

  private cut(): number {
    this.cuts += 1
    this.meter = new Meter(this.budget(this.cuts))
    return this.cuts
  }
}

/** Lets so many bytes pass. */
class Meter {
  private left: number

  constructor(bytes: number) {
    this.left = bytes
  }

  get isSpent(): boolean {
    return this.left < 0
  }

  take(piece: Buffer): Buffer {
    const passed = piece.subarray(0, Math.max(0, this.left))
    this.left -= piece.length
    return passed
  }
}
