import ipaddr from 'ipaddr.js'

const { IPv4, IPv6 } = ipaddr

/** The names of address kinds in messages. ipaddr.js knows more kinds; those are set aside for special uses. */
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

/** Metadata addresses of clouds that look public. 168.63.129.16 is Azure's. */
const METADATA = new Set(['168.63.129.16'])

/** Says why this host of a parsed URL may not be fetched. Returns undefined for a public address, or for no IPv4 address. */
export function refusedIpv4(hostname: string): string | undefined {
  if (!IPv4.isValidFourPartDecimal(hostname)) return undefined
  if (METADATA.has(hostname)) return refusal(hostname, 'the address of a cloud’s metadata service')
  return refusal(hostname, kindOf(IPv4.parse(hostname).range()))
}

/** Says the same of an IPv6 address in brackets. */
export function refusedIpv6(hostname: string): string | undefined {
  return refusal(hostname, kindOfIpv6(IPv6.parse(hostname.slice(1, -1))))
}

function refusal(hostname: string, kind: string | undefined): string | undefined {
  if (kind === undefined) return undefined
  return `${hostname} is ${kind}, and only public addresses are fetched.`
}

/** Only 2000::/3 is public. ipaddr.js also calls other ranges unicast, and does not know ISATAP addresses. */
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
