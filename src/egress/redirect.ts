const REDIRECTS = new Set([301, 302, 303, 307, 308])
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie']

/** Returns the address that an answer redirects to, or undefined if the answer is no redirect. */
export function redirectOf({ status, headers }: Pick<Response, 'status' | 'headers'>) {
  return REDIRECTS.has(status) ? (headers.get('location') ?? undefined) : undefined
}

/**
 * Returns the headers for the next hop. A redirect carries no credentials. Another origin gets only `accept`,
 * and a redirect back to the first origin does not restore the other headers.
 */
export function carriedHeaders(headers: Headers, from: URL, to: URL): Headers {
  const accept = headers.get('accept')
  if (from.origin !== to.origin) return new Headers(accept === null ? {} : { accept })
  const carried = new Headers(headers)
  for (const name of CREDENTIALS) carried.delete(name)
  return carried
}
