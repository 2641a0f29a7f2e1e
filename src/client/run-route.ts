/** What the library calls of a fetch; any platform's own fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>

type FetchInit = {
  readonly method?: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal?: AbortSignal | null
}

/** What the library uses of a WebSocket; any platform's own fits. */
export type SocketClass = new (url: string) => Socket

export type Socket = {
  send(text: string): void
  close(code?: number): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
}

/** What is wanted besides the state (EV-5, EV-7). */
export type Extras = { readonly detail: boolean; readonly log: boolean }

/** The addresses by which one run is watched. */
export class RunRoute {
  readonly #base: URL
  readonly #extras: Extras

  constructor(origin: string, run_id: string, extras: Extras) {
    this.#base = new URL(`/api/runs/${encodeURIComponent(run_id)}/`, origin)
    this.#extras = extras
  }

  stream(): string {
    return this.#address('stream', {}).href
  }

  events(cursor: string | undefined, wait_s: number): string {
    return this.#address('events', { ...from(cursor), wait: String(wait_s) }).href
  }

  socket(cursor: string | undefined, token: string): string {
    const address = this.#address('socket', { ...from(cursor), token })
    address.protocol = address.protocol.replace('http', 'ws')
    return address.href
  }

  #address(name: string, query: Record<string, string>): URL {
    const address = new URL(name, this.#base)
    const wanted = [this.#extras.detail && 'detail', this.#extras.log && 'log'].filter(Boolean)
    const extras = wanted.length > 0 ? { with: wanted.join(',') } : {}
    address.search = new URLSearchParams({ lean: '1', ...extras, ...query }).toString()
    return address
  }
}

function from(cursor: string | undefined): Record<string, string> {
  return cursor === undefined ? {} : { cursor }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
