import { z } from 'zod'

import { givenText } from '../../../protocol/text.ts'
import { webLink } from '../web-link.ts'

/** An address that a caller gives. */
export const GivenAddress = givenText(2_000).pipe(
  z.url({ protocol: /^https?$/, error: 'is no http or https address' }),
)

/** An address that an earlier version may have stored. */
const StoredAddress = z.string().refine((text) => URL.canParse(text))

/** A board whose name stands in the path of an address. */
export const PATH_NAME = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,100}$/, 'a board is 1 to 100 letters, digits, hyphens or underscores')

/** A board whose name is a label of a host. Anything else would ask another host. */
export const HOST_LABEL = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'a board is the name before the host: lower-case letters, digits and hyphens',
  )

/** The configuration of a source that needs a board's name. */
export function boardConfig<const Type extends string>(type: Type, board: z.ZodString) {
  return z.strictObject({
    type: z.literal(type),
    board,
    /** Replaces the scheme and host of the board's documented endpoint. */
    base_url: GivenAddress.optional(),
  })
}

/** A board of any type that is addressed by its name. */
export type BoardSource = { readonly board: string; readonly base_url?: string | undefined }

/** The same as it may be stored, for boards whose name stands in a path and is escaped there. */
export function storedBoard<const Type extends string>(type: Type) {
  return z.object({
    type: z.literal(type),
    board: z.string(),
    base_url: StoredAddress.optional(),
  })
}

export const StoredSite = z.object({
  type: z.literal('site'),
  url: StoredAddress,
  match: z
    .string()
    .transform((match) => (match === '' ? undefined : match))
    .optional(),
  allowed_hosts: z.string().optional(),
})

/** The start of a board's addresses: the platform's host, or the `base_url` that replaces it, with its path. */
export function baseOf({ base_url }: { base_url?: string | undefined }, platform: string): string {
  if (base_url === undefined) return platform
  const { origin, pathname } = new URL(base_url)
  return `${origin}${pathname.endsWith('/') ? pathname.slice(0, -1) : pathname}`
}

/** Returns an address that a board gave if it is a https address of the platform, or an empty text. */
export function linkOn(domain: string, address: string | null | undefined): string {
  const url = URL.parse(webLink(address))
  const isOn = url?.hostname === domain || url?.hostname.endsWith(`.${domain}`) === true
  return url?.protocol === 'https:' && isOn ? url.href : ''
}

/** Returns an address that a board gave if it is on the board's own host, or an empty text. */
export function ownLink(base: string, address: string | null | undefined): string {
  const url = URL.parse(address ?? '', base)
  return url?.origin === new URL(base).origin ? webLink(url.href) : ''
}

/** A board that is the name of a company's own host. */
export const HOST_NAME = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){1,6}$/,
    'a board is the name of the host: jobs.acme.com',
  )

const MAX_HOSTS = 20

/** Hosts with commas between them. An address of numbers is no name of a host. */
export const HOST_NAMES = givenText(2_000).superRefine((text, context) => {
  const names = hostNamesOf(text)
  if (names.length < 1 || names.length > MAX_HOSTS) {
    context.addIssue({ code: 'custom', message: `name 1 to ${MAX_HOSTS} hosts` })
  }
  const wrong = names.find((name) => !HOST_NAME.safeParse(name).success || /\.\d+$/.test(name))
  if (wrong === undefined) return
  const message = `"${wrong.slice(0, 100)}" is not the name of a host, such as jobs.acme.com`
  context.addIssue({ code: 'custom', message })
})

/** The hosts of such a text, in lower case. */
export function hostNamesOf(text: string | undefined): readonly string[] {
  const names = (text ?? '').split(',').map((name) => name.trim().toLowerCase())
  return names.filter((name) => name !== '')
}

/** Reads the tenant from a host such as `acme.recruitee.com`. The platform's own hosts are no tenants. */
export function tenantOf({ hostname }: URL, domain: string): string | undefined {
  if (!hostname.endsWith(`.${domain}`)) return undefined
  const label = hostname.slice(0, -domain.length - 1)
  return OWN_HOSTS.has(label) ? undefined : HOST_LABEL.safeParse(label).data
}

/** Labels of a platform's own hosts. A company of such a name is found by its page, or given by hand. */
const OWN_HOSTS = new Set(
  [
    'www ww1 ww2 api apis app apps apply auth login signin signup sso id accounts account my secure portal',
    'jobs careers career boards support help docs developers developer dev blog news status go info try get',
    'about learn academy resources community partners partner marketplace integrations security trust legal',
    'cdn static assets media images img files mail email demo staging sandbox test click links',
  ].flatMap((labels) => labels.split(' ')),
)

/** Paths of a platform's own. */
const OWN_PATHS = new Set(
  'api assets embed favicon.ico login oneclick-ui robots.txt search signin sitemap.xml static'.split(
    ' ',
  ),
)

/** Reads the board's name from a path of one of the platform's hosts: the segment behind the given ones. */
export function segmentOf(
  address: URL,
  hosts: readonly string[],
  before: readonly string[] = [],
): string | undefined {
  return PATH_NAME.safeParse(anySegmentOf(address, hosts, before)).data
}

/** The same for a platform whose boards may have other names. */
export function anySegmentOf(
  { hostname, pathname }: URL,
  hosts: readonly string[],
  before: readonly string[] = [],
): string | undefined {
  if (!hosts.includes(hostname)) return undefined
  const segments = pathname.split('/').filter((segment) => segment !== '')
  const fits = before.every((segment, at) => segments[at]?.toLowerCase() === segment)
  const name = fits ? decoded(segments[before.length] ?? '') : ''
  return name === '' || OWN_PATHS.has(name.toLowerCase()) ? undefined : name
}

/** Returns an address without the language with which its path may begin, such as `en` or `en-GB`. */
export function withoutLocale(address: URL): URL {
  const bare = new URL(address)
  bare.pathname = address.pathname.replace(/^\/+[a-z]{2}(?:[-_][a-z]{2})?\//i, '/')
  return bare
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
