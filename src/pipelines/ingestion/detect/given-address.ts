import type { Reason } from '../../../protocol/status.ts'

const MAX_LENGTH = 2_000

type GivenAddressRead =
  | { readonly kind: 'address'; readonly address: URL }
  | { readonly kind: 'bad'; readonly reason: Reason }

/**
 * Reads an address as people paste it: with white space around it, with or without `https://`. The fragment and the
 * host's final dot are left out: both name the same page.
 */
export function readGivenAddress(given: string): GivenAddressRead {
  const text = given.trim()
  if (text.length > MAX_LENGTH)
    return bad('address_too_long', `An address has at most ${MAX_LENGTH} characters.`)
  const address = URL.parse(withScheme(text))
  if (!address || !/^https?:$/.test(address.protocol) || !address.hostname.includes('.'))
    return bad('address_invalid', 'This is no http or https address of a site.')
  if (address.username !== '' || address.password !== '')
    return bad('address_invalid', 'An address with a user or a password in it is not read.')
  address.hash = ''
  if (/[^.]\.$/.test(address.hostname)) address.hostname = address.hostname.slice(0, -1)
  return { kind: 'address', address }
}

/** `acme.com:443/jobs` has no scheme, `mailto:jobs@acme.com` has one. */
function withScheme(text: string): string {
  if (text.startsWith('//')) return `https:${text}`
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) ? text : `https://${text}`
}

function bad(code: string, message: string): GivenAddressRead {
  return { kind: 'bad', reason: { code, message } }
}
