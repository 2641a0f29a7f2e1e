import { EgressRefused } from './pipelines/egress-refused.ts'
import type { PlanPorts } from './pipelines/pipeline.ts'

/** Where the boards' documented public endpoints are. */
const PUBLIC_ORIGINS = ['https://boards-api.greenhouse.io']

const MAX_REDIRECTS = 5
const FIRST_BYTE_MS = 10_000

type Init = Parameters<PlanPorts['fetch']>[1]

/**
 * The one way out. Only the boards' public endpoints and the origins in `allow`
 * (`http://127.0.0.1:8788`) are reached, each hop of a redirect checked like the first address;
 * anything else throws EgressRefused. `first_byte_ms` bounds the wait for each hop's head.
 */
export function createEgress(settings: {
  allow: readonly string[]
  first_byte_ms?: number
}): PlanPorts['fetch'] {
  const origins = new Set([...PUBLIC_ORIGINS, ...settings.allow.map(readOrigin)])
  const wait = settings.first_byte_ms ?? FIRST_BYTE_MS
  return async (address, init) => {
    let url = check(address, origins)
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await fetchHead(url, init, wait)
      const location = redirectOf(response)
      if (location === undefined) return response
      await response.body?.cancel()
      url = check(location, origins, url)
    }
    throw new EgressRefused(
      `${new URL(address).origin} redirects more than ${MAX_REDIRECTS} times.`,
    )
  }
}

/** Refused at the start rather than at the first fetch: a bad entry would never let anything through. */
function readOrigin(entry: string): string {
  const url = URL.parse(entry)
  if (url && isHttp(url) && url.pathname === '/') return url.origin
  throw new Error(`"${entry}" is not an origin such as https://jobs.example.com`)
}

function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}

function check(address: string, origins: ReadonlySet<string>, base?: URL): URL {
  const url = URL.parse(address, base)
  if (!url) throw new EgressRefused('The address is not a URL.')
  if (!isHttp(url)) throw new EgressRefused(`Only http and https are fetched, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') {
    throw new EgressRefused('An address with a user or a password in it is not fetched.')
  }
  if (origins.has(url.origin)) return url
  throw new EgressRefused(`${url.origin} is not among the origins that may be reached.`)
}

/** The time-out covers the head alone; how long a body may take is for the caller's signal. */
async function fetchHead(url: URL, init: Init, wait: number): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooLate(url, wait)), wait)
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal
  try {
    return await fetch(url.href, { ...init, signal, redirect: 'manual' })
  } finally {
    clearTimeout(timer)
  }
}

function tooLate(url: URL, wait: number): DOMException {
  return new DOMException(`${url.origin} did not answer within ${wait} ms.`, 'TimeoutError')
}

function redirectOf(response: Response): string | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined
  return response.headers.get('location') ?? undefined
}
