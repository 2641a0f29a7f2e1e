import type { Fetch, SocketClass } from './run-route.ts'
import type { Page } from './visibility.ts'

/** What a page has, and Node and Workers have not. */
const here: object = globalThis

/** The page's own where there is one; elsewhere it has to be said. */
export function originOr(origin: string | undefined): string {
  const { location }: { readonly location?: { readonly origin: string } } = here
  const found = origin ?? location?.origin
  if (found !== undefined) return found
  throw new TypeError('Outside of a page the origin of the server must be given.')
}

export function thisPage(): Page | undefined {
  const { document }: { readonly document?: Page } = here
  return document
}

/** The platform's own is to be called as a function of the global object. */
export function fetchOr(fetch: Fetch | undefined): Fetch {
  return fetch ?? ((url, init) => globalThis.fetch(url, init))
}

/** Node has one from version 22 on. */
export function socketOr(WebSocket: SocketClass | undefined): SocketClass | undefined {
  return WebSocket ?? globalThis.WebSocket
}
