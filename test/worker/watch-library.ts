import { type Timing, type WatchOptions, watchRun } from '../../src/client/client.ts'
import type { Socket } from '../../src/client/platform.ts'
import type { RunWatch } from '../../src/client/run-watch.ts'
import { send } from './api-client.ts'

const ORIGIN = 'https://runcast.test'

/** Intervals that are short enough for a test. */
const timing = { backoff_ms: 5, backoff_max_ms: 20, poll_ms: 5, poll_wait_s: 1 }

/** The real client library. Its requests go to the Worker in the same process. */
export function watchThrough(
  run_id: string,
  transport: NonNullable<WatchOptions['transport']>,
  { token, ...slow }: { readonly token: string } & Partial<Timing>,
): RunWatch {
  const line = { origin: ORIGIN, token, fetch: fetchThrough, WebSocket: EndpointSocket }
  return watchRun(run_id, { ...line, transport, timing: { ...timing, ...slow }, log: true })
}

function fetchThrough(address: string, init: RequestInit): Promise<Response> {
  return send(pathOf(address), init)
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address)
  return pathname + search
}

type Said = { readonly data: unknown; readonly code: number }

/** A WebSocket like a page's, over an upgrade that the Worker answers. */
class EndpointSocket implements Socket {
  private readonly listeners = new Map<string, (event: Said) => void>()
  private socket: WebSocket | undefined
  private left = false

  constructor(address: string) {
    this.open(pathOf(address)).catch(() => this.tell('error'))
  }

  send(text: string): void {
    this.socket?.send(text)
  }

  close(): void {
    if (this.left) return
    this.left = true
    this.socket?.close(1000)
  }

  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
  addEventListener(type: string, listener: (event: Said) => void): void {
    this.listeners.set(type, listener)
  }

  private async open(path: string): Promise<void> {
    const { webSocket } = await send(path, { headers: { upgrade: 'websocket' } })
    if (webSocket === null) throw new Error('the upgrade was refused')
    webSocket.addEventListener('message', ({ data }) => this.tell('message', { data }))
    webSocket.addEventListener('close', ({ code }) => {
      this.left = true
      this.tell('close', { code })
    })
    webSocket.addEventListener('error', () => this.tell('error'))
    webSocket.accept()
    if (this.left) return webSocket.close(1000)
    this.socket = webSocket
    this.tell('open')
  }

  private tell(type: string, said: Partial<Said> = {}): void {
    this.listeners.get(type)?.({ data: '', code: 1006, ...said })
  }
}
