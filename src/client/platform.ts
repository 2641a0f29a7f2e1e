import type { Fetch, SocketClass } from './run-route.ts'
import type { Page } from './visibility.ts'

/** What a page has, and Node and Workers have not. */
type Here = { readonly location?: { readonly origin: string }; readonly document?: Page }

const anywhere: object = globalThis
const here: Here = anywhere

/** The page's own where there is one; elsewhere it has to be said. */
export function originOr(origin: string | undefined): string {
  const found = origin ?? here.location?.origin
  if (found !== undefined) return found
  throw new TypeError('There is no origin.')
}

export function thisPage(): Page | undefined {
  return here.document
}

/** The platform's own is to be called as a function of the global object. */
export function fetchOr(fetch: Fetch | undefined): Fetch {
  return fetch ?? ((url, init) => globalThis.fetch(url, init))
}

/** Node has one from version 22 on. */
export function socketOr(WebSocket: SocketClass | undefined): SocketClass | undefined {
  return WebSocket ?? globalThis.WebSocket
}
