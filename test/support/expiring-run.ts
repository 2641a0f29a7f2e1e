import type { ApiPorts } from '../../src/api/ports.ts'
import type { Socket, SocketClass } from '../../src/client/platform.ts'
import type { Sockets } from '../../src/durable/watch/sockets.ts'
import type { WatchEndpoint } from '../../src/durable/watch/watch-endpoint.ts'
import { PING, PONG } from '../../src/protocol/socket.ts'
import { createTestApi } from './api.ts'
import { type Pipe, TestSockets } from './test-socket.ts'
import { watchJobs } from './test-watch.ts'
import { signToken } from './tokens.ts'
import { wireWatchEndpoint } from './wire-watch-endpoint.ts'

export const ORIGIN = 'https://runcast.test'

type Heard = { readonly data: unknown; readonly code: number }

/**
 * The times at which a token was given and at which it expires, in seconds since 1970. `refused` is true if
 * it replaces a refused token.
 */
export type GivenToken = { readonly at: number; readonly exp: number; readonly refused: boolean }

/** A run behind the real API, which checks tokens. A client library reaches it in the same process. */
export class ExpiringRun {
  /** The route of each request. */
  readonly asked: string[] = []
  readonly WebSocket: SocketClass
  /** The number of requests and tokens that Web Crypto works on. That work takes real time. */
  atWork = 0
  readonly test
  readonly watch
  private readonly api
  private reached = 0
  private readonly sockets: Sockets
  private readonly network = new TestSockets((pipe) => this.pipes.push(pipe))
  private readonly pipes: Pipe[] = []

  /** `change` replaces ports of the API. */
  constructor(jobs: number, change: Partial<ApiPorts> = {}) {
    const { test, watch } = watchJobs(jobs, { tick_ms: 1, page_bytes: 200_000 })
    // The other group has no jobs, so that the run ends with the last job.
    test.plan(1, 0)
    const { endpoint, sockets } = wireWatchEndpoint(watch, this.network)
    this.test = test
    this.watch = watch
    this.sockets = sockets
    this.api = createTestApi(({ run }) => ({
      run: (id) => ({ ...run(id), fetch: (request) => this.reach(endpoint, request) }),
      ...change,
    }))
    const open = (url: string, socket: EndpointSocket) => void this.open(url, socket)
    this.WebSocket = class extends EndpointSocket {
      constructor(url: string) {
        super()
        open(url, this)
      }
    }
  }

  get run_id(): string {
    return this.test.run.run_id
  }

  readonly fetch = (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url)
    this.asked.push(pathname.split('/').at(-1) ?? '')
    const reached = this.reached
    this.atWork += 1
    return this.api.callBare(pathname + search, init).finally(() => {
      if (this.reached === reached) this.atWork -= 1
    })
  }

  /** Makes a source of alice's tokens, which last `life_s` seconds. Calls `given` for each token. */
  tokens(life_s: () => number, given: (token: GivenToken) => void) {
    return async (refused?: string): Promise<string> => {
      const at = Date.now() / 1_000
      const exp = Math.floor(at) + life_s()
      given({ at, exp, refused: refused !== undefined })
      this.atWork += 1
      const token = await this.sign(exp)
      this.atWork -= 1
      return token
    }
  }

  /** Signs a token with this expiry. */
  sign = (exp: number): Promise<string> => signToken({ claims: { exp } })

  private reach(endpoint: WatchEndpoint, request: Request): Promise<Response> {
    this.reached += 1
    this.atWork -= 1
    return endpoint.fetch(request)
  }

  private async open(url: string, socket: EndpointSocket): Promise<void> {
    const before = this.pipes.length
    const headers = { upgrade: 'websocket' }
    const { ok } = await this.fetch(url.replace('wss:', 'https:'), { headers })
    const pipe = this.pipes[before]
    if (!ok || pipe === undefined) socket.hear('error')
    else this.join(socket, pipe)
  }

  private join(socket: EndpointSocket, pipe: Pipe): void {
    socket.say = (text) => {
      if (text === PING) socket.hear('message', { data: PONG })
      else this.sockets.message(this.network.end(pipe), text)
    }
    socket.leave = () => this.sockets.closed(this.network.end(pipe))
    pipe.arrived = () => {
      for (const data of pipe.unread.splice(0)) socket.hear('message', { data })
    }
    pipe.closed = () => socket.hear('close', { code: pipe.closedWith ?? 1006 })
    socket.hear('open')
    pipe.arrived()
    if (pipe.closedWith !== undefined) pipe.closed()
  }
}

/** A client's WebSocket, whose other end is a pipe. */
class EndpointSocket implements Socket {
  say: (text: string) => void = () => {}
  leave: () => void = () => {}
  private readonly listeners = new Map<string, (event: Heard) => void>()

  send(text: string): void {
    this.say(text)
  }

  close(): void {
    this.leave()
  }

  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
  addEventListener(type: string, listener: (event: Heard) => void): void {
    this.listeners.set(type, listener)
  }

  hear(type: string, heard: Partial<Heard> = {}): void {
    this.listeners.get(type)?.({ data: '', code: 1006, ...heard })
  }
}
