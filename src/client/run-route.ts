/**
 * What the platform's own fetch takes as its signal: an AbortSignal. Where a program has no types for a
 * fetch, it is what the library uses of a signal: the package asks for no platform's types.
 */
export type Signal = typeof globalThis extends { fetch(url: never, init?: infer Init): unknown }
  ? Init extends { signal?: infer Own }
    ? NonNullable<Own>
    : PlainSignal
  : PlainSignal

type PlainSignal = {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
  throwIfAborted(): void
}

/** What the library calls of a fetch; any platform's own fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

export type FetchInit = {
  readonly method?: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal?: Signal | null
}

/** What the library uses of a Response. */
export type FetchResponse = {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly value?: Uint8Array | undefined }>
      cancel(reason?: unknown): Promise<void>
    }
    cancel(reason?: unknown): Promise<void>
  } | null
  text(): Promise<string>
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
type Extras = { readonly detail?: boolean; readonly log?: boolean }

/** The addresses by which one run is watched: all of it, or what came after a cursor. */
export type RunRoute = (
  name: 'stream' | 'events' | 'socket',
  cursor?: string,
  more?: Readonly<Record<string, string>>,
) => string

export function routeOf(origin: string, run_id: string, { detail, log }: Extras): RunRoute {
  const extras = [detail && 'detail', log && 'log'].filter(Boolean).join(',')
  return (name, cursor, more) => {
    const wanted = { lean: '1', ...(extras && { with: extras }), ...(cursor && { cursor }) }
    const query = new URLSearchParams({ ...wanted, ...more }).toString()
    return new URL(`${runPath(run_id, name)}?${query}`, origin).href
  }
}

export function runPath(run_id: string, name: string): string {
  return `/api/runs/${encodeURIComponent(run_id)}/${name}`
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
