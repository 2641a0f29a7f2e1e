const REDIRECTS = new Set([301, 302, 303, 307, 308])
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie']

/** Where an answer sends its reader; undefined: it is the answer itself. */
export function redirectOf({ status, headers }: Pick<Response, 'status' | 'headers'>) {
  return REDIRECTS.has(status) ? (headers.get('location') ?? undefined) : undefined
}

/**
 * The headers that go along to the next hop. Credentials never do, and another origin learns nothing
 * of what was meant for the first: not even on the way back are they sent again.
 */
export function carriedHeaders(headers: Headers, from: URL, to: URL): Headers {
  const accept = headers.get('accept')
  if (from.origin !== to.origin) return new Headers(accept === null ? {} : { accept })
  const carried = new Headers(headers)
  for (const name of CREDENTIALS) carried.delete(name)
  return carried
}
