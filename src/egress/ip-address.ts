import ipaddr from 'ipaddr.js'

const { IPv4, IPv6 } = ipaddr

/** Kinds of addresses as a person calls them; the other kinds are set aside for special uses. */
const KINDS: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  broadcast: 'the broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a loopback address',
  carrierGradeNat: 'an address inside a carrier’s network',
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  reserved: 'a reserved address',
  ipv4Mapped: 'an IPv6 address that stands for an IPv4 address',
  rfc6145: 'an IPv6 address that stands for an IPv4 address',
  rfc6052: 'an IPv6 address that stands for an IPv4 address',
  '6to4': 'an IPv6 address that stands for an IPv4 address',
  teredo: 'an IPv6 address that stands for an IPv4 address',
}

/** Clouds whose metadata stands at an address that is public by its number. */
const METADATA = new Set(['168.63.129.16'])

/** Why this host of a parsed URL must not be fetched; undefined: it is public, or no IPv4 address. */
export function refusedIpv4(hostname: string): string | undefined {
  if (!IPv4.isValidFourPartDecimal(hostname)) return undefined
  if (METADATA.has(hostname)) return refusal(hostname, 'where a cloud keeps its machines’ metadata')
  return refusal(hostname, kindOf(IPv4.parse(hostname).range()))
}

/** The same for a host in brackets. */
export function refusedIpv6(hostname: string): string | undefined {
  return refusal(hostname, kindOfIpv6(IPv6.parse(hostname.slice(1, -1))))
}

function refusal(hostname: string, kind: string | undefined): string | undefined {
  if (kind === undefined) return undefined
  return `${hostname} is ${kind}, and only public addresses are fetched.`
}

/** Beyond 2000::/3 nothing is public, whether or not it has a name. */
function kindOfIpv6(ip: ipaddr.IPv6): string | undefined {
  const range = ip.range()
  if (range !== 'unicast') return kindOf(range)
  const [first = 0, , , , fifth = 0, sixth = 0] = ip.parts
  if (first >> 13 !== 1) return 'not a public address'
  const isatap = (fifth & 0xfdff) === 0 && sixth === 0x5efe
  return isatap ? KINDS['ipv4Mapped'] : undefined
}

function kindOf(range: string): string | undefined {
  if (range === 'unicast') return undefined
  return KINDS[range] ?? 'an address set aside for a special use'
}
