import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import type { Library } from './library.ts'

type Host = { readonly library: Library; readonly page: string; readonly api?: string }

/**
 * One origin for pages. It serves a page and the built library. If there is an API, it is also a proxy in
 * front of the API, and counts the streams and sockets. If one side of the proxy breaks, so does the other.
 */
export class Front {
  readonly origin: string
  /** The open streams and sockets, by their run. */
  readonly open = { stream: new Map<string, number>(), socket: new Map<string, number>() }
  /** The most streams that were open at the same time. */
  streams_max = 0
  readonly #host: Host
  readonly #server
  readonly #connections = new Set<Socket>()

  private constructor(host: Host, server: ReturnType<typeof createServer>) {
    const address = server.address()
    if (typeof address !== 'object' || !address) throw new Error('no port')
    this.origin = `http://127.0.0.1:${address.port}`
    this.#host = host
    this.#server = server
    server.on('connection', (connection: Socket) => {
      this.#connections.add(connection)
      connection.on('close', () => this.#connections.delete(connection))
    })
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      if (host.api !== undefined && asked.url?.startsWith('/api/') === true)
        this.#pass(asked, answer)
      else if (asked.url?.startsWith('/lib/') === true) void host.library.serve(asked.url, answer)
      else answer.writeHead(200, { 'content-type': 'text/html' }).end(host.page)
    })
    server.on('upgrade', (asked: IncomingMessage, near: Socket) => this.#connect(asked, near))
  }

  static async start(host: Host): Promise<Front> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Front(host, server)
  }

  /** The number of open streams or sockets, of one run or of all. */
  count(kind: 'stream' | 'socket', run_id?: string): number {
    const open = this.open[kind]
    if (run_id !== undefined) return open.get(run_id) ?? 0
    return [...open.values()].reduce((sum, one) => sum + one, 0)
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const connection of this.#connections) connection.destroy()
    await once(this.#server, 'close')
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const far = this.#ask(asked)
    far.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      answer.flushHeaders()
      response.pipe(answer)
      response.on('error', () => answer.destroy())
      this.#hold(asked.url, answer)
    })
    far.on('error', () => answer.destroy())
    answer.on('close', () => far.destroy())
    asked.pipe(far)
  }

  #connect(asked: IncomingMessage, near: Socket): void {
    const far = this.#ask(asked)
    far.on('upgrade', (response: IncomingMessage, end: Socket, first: Buffer) => {
      const headers = response.rawHeaders.map((text, i) => (i % 2 === 0 ? `\r\n${text}: ` : text))
      near.write(`HTTP/1.1 101 Switching Protocols${headers.join('')}\r\n\r\n`)
      near.write(first)
      near.pipe(end).pipe(near)
      end.on('close', () => near.destroy())
      end.on('error', () => near.destroy())
      near.on('close', () => end.destroy())
      this.#hold(asked.url, near)
    })
    far.on('response', () => near.destroy())
    far.on('error', () => near.destroy())
    near.on('error', () => far.destroy())
    far.end()
  }

  #ask({ url, method = 'GET', headers }: IncomingMessage) {
    return request(new URL(url ?? '/', this.#host.api ?? this.origin), {
      method,
      headers,
      agent: false,
    })
  }

  #hold(url: string | undefined, watcher: ServerResponse | Socket): void {
    const [, run_id = '', kind] = /^\/api\/runs\/(\w+)\/(stream|socket)/.exec(url ?? '') ?? []
    if (kind !== 'stream' && kind !== 'socket') return
    const open = this.open[kind]
    const change = (by: number) => void open.set(run_id, (open.get(run_id) ?? 0) + by)
    change(1)
    this.streams_max = Math.max(this.streams_max, this.count('stream'))
    watcher.on('close', () => change(-1))
  }
}
