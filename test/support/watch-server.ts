import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import { SocketEnd } from './socket-end.ts'

/** A client's request, over any transport. */
export type Asked = {
  readonly transport: 'sse' | 'socket' | 'poll' | 'other'
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly cursor: string | undefined
  readonly token: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** The test's reaction to a request. It may keep `answer` open, cut it, or never begin it. */
export type Script = {
  http?(asked: Asked, answer: ServerResponse): void
  /** Returns the status with which the upgrade is refused, or undefined. */
  socket?(asked: Asked, open: () => SocketEnd): number | undefined
}

/** A server on 127.0.0.1 for clients that watch. It follows its script. */
export class WatchServer {
  readonly origin: string
  readonly asked: Asked[] = []
  readonly #connections = new Set<Socket>()
  readonly #server
  #waiters: (() => void)[] = []
  /** The number of open answers and sockets. */
  open = 0

  private constructor(server: ReturnType<typeof createServer>, script: Script) {
    this.#server = server
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no port')
    this.origin = `http://127.0.0.1:${address.port}`
    server.on('request', (request: IncomingMessage, answer: ServerResponse) => {
      this.#opened(answer)
      void this.#hear(request).then((asked) => script.http?.(asked, answer))
    })
    server.on('upgrade', (request: IncomingMessage, stream: Socket) => {
      // Node's server no longer listens to this connection. A client may reset a refused upgrade.
      stream.on('error', () => stream.destroy())
      this.#opened(stream)
      const asked = this.#note(request, '')
      const status = script.socket?.(asked, () => new SocketEnd(request, stream))
      if (status !== undefined) stream.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    })
    server.on('connection', (connection: Socket) => {
      this.#connections.add(connection)
      connection.on('close', () => this.#connections.delete(connection))
    })
  }

  static async start(script: Script): Promise<WatchServer> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new WatchServer(server, script)
  }

  /** Resolves as soon as a condition holds. Checks it at each request and at each end of a connection. */
  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve)
      })
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const connection of this.#connections) connection.destroy()
    await closed
  }

  async #hear(request: IncomingMessage): Promise<Asked> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    return this.#note(request, body)
  }

  #note(request: IncomingMessage, body: string): Asked {
    const url = new URL(request.url ?? '/', this.origin)
    const header = request.headers['last-event-id']
    const asked: Asked = {
      transport: TRANSPORTS[url.pathname.split('/').at(-1) ?? ''] ?? 'other',
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      cursor: (typeof header === 'string' ? header : url.searchParams.get('cursor')) ?? undefined,
      token:
        request.headers.authorization?.replace('Bearer ', '') ??
        url.searchParams.get('token') ??
        undefined,
      headers: request.headers,
      body,
    }
    this.asked.push(asked)
    this.#changed()
    return asked
  }

  #opened(answer: { on(event: 'close', listener: () => void): unknown }): void {
    this.open += 1
    answer.on('close', () => {
      this.open -= 1
      this.#changed()
    })
  }

  #changed(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}

const TRANSPORTS: Readonly<Record<string, Asked['transport']>> = {
  stream: 'sse',
  socket: 'socket',
  events: 'poll',
}

/** Begins an answer with status 200. */
export function begin(answer: ServerResponse, type = 'text/event-stream'): ServerResponse {
  return answer.writeHead(200, { 'content-type': type })
}

export function refuse(answer: ServerResponse, status: number, headers = {}): void {
  const problem = { type: '/problems/x', title: 'No', status, detail: 'It is not to be.' }
  answer.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
  answer.end(JSON.stringify({ ...problem, request_id: 'r' }))
}
