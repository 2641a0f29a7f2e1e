import { refusedIpv4, refusedIpv6 } from './ip-address.ts'
import { refusedName } from './reserved-name.ts'

/** Robots.txt holds each character of an address against each of a pattern: 60 KB would take it 11 s. */
const MAX_LENGTH = 4_096

/** Whether an address may be fetched: `url` is what to fetch, without its fragment. */
export type CheckedAddress =
  | { readonly kind: 'ok'; readonly url: URL }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * The rule for every address, a redirect's too (`base` is the page that it stands on). Whatever the
 * spelling, the URL parser brings it to the form that the rules look at and that is fetched. An
 * allowed origin is spared the rules for hosts and ports, and no others.
 */
export function checkAddress(
  address: string,
  allowed: ReadonlySet<string>,
  base?: URL,
): CheckedAddress {
  const url = URL.parse(address, base)
  if (!url) return refused('The address is not a URL.')
  if (url.href.length > MAX_LENGTH) {
    return refused(`An address of more than ${MAX_LENGTH} characters is not fetched.`)
  }
  if (!isHttp(url)) return refused(`Only http and https are fetched, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') {
    return refused('An address with a user or a password in it is not fetched.')
  }
  normalise(url)
  if (allowed.has(url.origin)) return { kind: 'ok', url }
  const message = refusedHost(url)
  return message === undefined ? { kind: 'ok', url } : refused(message)
}

/** Refused at the start rather than at the first fetch: a bad entry would never let anything through. */
export function readAllowed(list: readonly string[]): ReadonlySet<string> {
  return new Set(list.map(readOrigin))
}

function readOrigin(entry: string): string {
  const url = URL.parse(entry)
  if (url && isHttp(url) && url.href === `${url.origin}/`) {
    normalise(url)
    return url.origin
  }
  throw new Error(`"${entry}" is not an origin such as https://jobs.example.com`)
}

function refused(message: string): CheckedAddress {
  return { kind: 'refused', message }
}

function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}

/** A name with a final dot is the same host: it must not be one more origin with a pace of its own. */
function normalise(url: URL): void {
  url.hash = ''
  if (/[^.]\.$/.test(url.hostname)) url.hostname = url.hostname.slice(0, -1)
}

function refusedHost(url: URL): string | undefined {
  if (url.port !== '') return `Only the default ports are fetched, not ${url.port}.`
  const { hostname } = url
  if (hostname.startsWith('[')) return refusedIpv6(hostname)
  return refusedIpv4(hostname) ?? refusedName(hostname)
}
