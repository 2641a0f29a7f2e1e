import type { Fetch, FetchInit, FetchResponse, SocketClass } from './run-route.ts'
import type { Page } from './visibility.ts'

/** What a page has, and Node and Workers have not. */
type Here = { readonly location?: { readonly origin: string }; readonly document?: Page }

const anywhere: object = globalThis
const here: Here = anywhere

/** The page's own where there is one; elsewhere it has to be said. */
export function originOr(origin: string | undefined): string {
  const found = origin ?? here.location?.origin
  if (found !== undefined) return found
  throw new TypeError(
    'Pass `origin`, the address of the API: there is no page here to take it from',
  )
}

export function thisPage(): Page | undefined {
  return here.document
}

export function fetchOr(fetch: Fetch | undefined): Fetch {
  return fetch ?? platformFetch
}

/** The platform's own, called as a function of the global object. Its errors name no address. */
async function platformFetch(url: string, init: FetchInit): Promise<FetchResponse> {
  try {
    return await globalThis.fetch(url, init)
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new Error(unreachable(new URL(url).origin, here.location?.origin), { cause })
  }
}

/** A page is not told whether nobody answered, or an answer that it may not read. */
function unreachable(origin: string, page: string | undefined): string {
  const isForeign = page !== undefined && page !== origin
  const refused = isForeign ? `, or it does not let pages of ${page} read its answers (CORS)` : ''
  return `Could not reach ${origin}${refused}`
}

/** Node has one from version 22 on. */
export function socketOr(WebSocket: SocketClass | undefined): SocketClass | undefined {
  return WebSocket ?? globalThis.WebSocket
}
