import { refusedIpv4, refusedIpv6 } from './ip-address.ts'
import { refusedName } from './reserved-name.ts'

/** robots-parser compares each character of an address with each of a pattern: an address of 60 KB takes 11 s. */
const MAX_LENGTH = 4_096

/** Whether an address may be fetched. `url` is the address without its fragment. */
export type CheckedAddress =
  | { readonly kind: 'ok'; readonly url: URL }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * Checks an address before each fetch, also the address of a redirect (`base` is the address that redirected).
 * The URL parser brings every spelling of a host to one form. The rules check that form, and the fetch uses it.
 * The rules for hosts and ports do not apply to an allowed origin; all other rules do.
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

/** Throws for an entry that is not an origin. Such an entry would match no address, and nobody would notice. */
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

/** Removes the fragment and the host's final dot. `a.com.` is the host `a.com`, so both must share one pace. */
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
