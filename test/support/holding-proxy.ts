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
 * The part of an answer that passes before the answer ends: nothing, its head, its head and a stream's
 * first lines, or its head and a stream's first frame.
 */
export type Holding = 'whole' | 'body' | 'events' | 'frame'

/** The part of a stream that passes at once. Each character stands for a byte. */
const FIRST: Partial<Record<Holding, RegExp>> = {
  events: /^[^]*?\n\n/,
  frame: /^[^]*?\nid: .*\n\n/,
}

/** Whether the proxy passes sockets, refuses them, or never answers them. */
export type SocketsThere = 'pass' | 'refused' | 'unanswered'

type Rules = { readonly holds: Holding; readonly sockets: SocketsThere }

/** A proxy that holds answers back until they are complete, so that no stream passes. */
export class HoldingProxy {
  /** The route of each request. */
  readonly asked: string[] = []
  private readonly server: Server
  private readonly port: number
  private readonly rules: Rules
  private readonly sockets = new Set<Duplex>()

  private constructor(port: number, rules: Rules) {
    this.port = port
    this.rules = rules
    this.server = createServer((asked, answer) => this.pass(asked, answer))
    this.server.on('upgrade', (asked, client) => this.passSocket(asked, client))
  }

  static async start(port: number, rules: Rules): Promise<HoldingProxy> {
    const proxy = new HoldingProxy(port, rules)
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
    for (const client of this.sockets) client.destroy()
    await once(this.server, 'close')
  }

  private pass({ method, url, headers }: IncomingMessage, answer: ServerResponse): void {
    this.note(url)
    const to = { host: '127.0.0.1', port: this.port, method, path: url, headers }
    const further = request(to, (source) => {
      const { holds } = this.rules
      let held = Buffer.alloc(0)
      let isHeld = false
      const begin = () => answer.writeHead(source.statusCode ?? 502, source.headers)
      if (holds !== 'whole') begin().flushHeaders()
      source.on('error', () => answer.destroy())
      source.on('data', (piece: Buffer) => {
        held = Buffer.concat([held, piece])
        const [first] = (!isHeld && FIRST[holds]?.exec(held.toString('latin1'))) || []
        if (first === undefined) return
        isHeld = true
        answer.write(held.subarray(0, first.length))
        held = held.subarray(first.length)
      })
      source.on('end', () => {
        if (holds === 'whole') begin()
        answer.end(held)
      })
    })
    further.on('error', () => answer.destroy()).end()
    answer.on('close', () => further.destroy())
  }

  private passSocket({ url, rawHeaders }: IncomingMessage, client: Duplex): void {
    this.note(url)
    this.sockets.add(client)
    client.on('error', () => client.destroy())
    switch (this.rules.sockets) {
      case 'refused':
        client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
        return
      case 'unanswered':
        return
      case 'pass': {
        const server = connect({ host: '127.0.0.1', port: this.port })
        const end = () => [client, server].map((socket) => socket.destroy())
        for (const socket of [client, server]) socket.on('error', end).on('close', end)
        const lines = rawHeaders.map((text, at) => text + (at % 2 === 0 ? ': ' : '\r\n'))
        server.write(`GET ${url} HTTP/1.1\r\n${lines.join('')}\r\n`)
        client.pipe(server).pipe(client)
      }
    }
  }

  private note(url = ''): void {
    this.asked.push(new URL(url, 'http://proxy').pathname.split('/').at(-1) ?? '')
  }
}
