/**
 * The signal that the platform's own fetch takes: an AbortSignal. In a program without types for fetch
 * it is the part of a signal that the library uses, so that the package needs no platform's types.
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

/** A fetch as the library calls it. Every platform's own fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

export type FetchInit = {
  readonly method?: string
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal?: Signal | null
}

/** The part of a Response that the library uses. */
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

/** A WebSocket class as the library uses it. Every platform's own fits. */
export type SocketClass = new (url: string) => Socket

export type Socket = {
  send(text: string): void
  close(code?: number): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
}

/** The part of a page's document that the library uses. Node and Workers have no document. */
export type PageDocument = {
  readonly visibilityState: string
  addEventListener(type: 'visibilitychange', listener: () => void): void
  removeEventListener(type: 'visibilitychange', listener: () => void): void
}

type PageGlobals = {
  readonly location?: { readonly origin: string }
  readonly document?: PageDocument
}

const globals: object = globalThis

/** The globals of a page. In Node and Workers it has neither of them. */
export const page: PageGlobals = globals

/** The API's origin: the one that the caller passed, or else the page's own. */
export function resolveOrigin(origin: string | undefined): string {
  const found = origin ?? page.location?.origin
  if (found !== undefined) return found
  throw new TypeError(
    'Pass `origin`, the address of the API: there is no page here to take it from',
  )
}

/**
 * Calls the platform's fetch as a global function. The platform's errors do not name the address; the errors of
 * this function do.
 */
export async function platformFetch(url: string, init: FetchInit): Promise<FetchResponse> {
  try {
    return await globalThis.fetch(url, init)
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new Error(unreachable(new URL(url).origin, page.location?.origin), { cause })
  }
}

/** A browser does not tell a page whether the server did not answer or CORS hid the answer. */
function unreachable(origin: string, own: string | undefined): string {
  const isForeign = own !== undefined && own !== origin
  const refused = isForeign ? `, or it does not let pages of ${own} read its answers (CORS)` : ''
  return `Could not reach ${origin}${refused}`
}
