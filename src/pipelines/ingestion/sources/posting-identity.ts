import { hashBytes } from '../../../digest.ts'
import { ExternalId } from '../../../protocol/ids.ts'

const MAX_ID = 500

/**
 * Makes the id of a posting from its address: the part of the address that stays the same in each visit. A session,
 * a tracking parameter, a token or a date in a link makes no other posting, and neither does the order of parameters.
 */
export async function idOfAddress(address: string): Promise<ExternalId> {
  const identity = identityOf(new URL(address))
  if (identity.length <= MAX_ID) return ExternalId.parse(identity)
  return ExternalId.parse(`sha256:${await hashBytes(new TextEncoder().encode(identity))}`)
}

/** The part of an address that tells one posting from another. */
export function identityOf(url: URL): string {
  const path = plainPath(url.pathname)
  const query = identifying([...url.searchParams], path)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  const unique = [...new Set(query)].join('&')
  return `${originOf(url)}${path}${unique === '' ? '' : `?${unique}`}`
}

/** Whether an address names one posting, and is no page that shows any. */
export function isOnePosting(url: URL): boolean {
  const path = plainPath(url.pathname)
  const query = [...url.searchParams]
  return isNumbered(path) || identifies(path) || query.some(namesPosting)
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}

/** A site answers with and without `www.`, and by both schemes. */
function originOf({ protocol, host, port }: URL): string {
  return `${port === '' ? 'https:' : protocol}//${host.replace(/^www\./, '')}`
}

/** Leaves out session parameters of a path, such as `;jsessionid=1` and `/(S(1))/`, and a final slash. */
function plainPath(pathname: string): string {
  const segments = pathname
    .split('/')
    .map(plainSegment)
    .filter((segment) => segment !== '')
  const kept = segments.filter((segment, at) => {
    const value = SESSION.test(segments[at - 1] ?? '') && isToken(segment)
    const name = SESSION.test(segment) && isToken(segments[at + 1] ?? '')
    return !value && !name
  })
  return `/${kept.join('/')}`
}

function plainSegment(segment: string): string {
  if (/^\([A-Z]\([a-z0-9-]+\)\)$/i.test(segment)) return ''
  const [name = '', ...parameters] = segment.split(';')
  const kept = parameters.filter((parameter) => !isNoise(parameter.split('=')[0] ?? ''))
  const plain = [name, ...kept].join(';')
  return plain.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase())
}

type Parameter = readonly [name: string, value: string]

/**
 * The parameters that identify a posting. If the path ends with a number, only those count that name a posting or a
 * language. Names such as `ref` may hold a job's reference or where a visitor came from: they count only if nothing
 * else identifies the posting.
 */
function identifying(parameters: readonly Parameter[], path: string): readonly Parameter[] {
  const said = parameters.filter(([name]) => !isNoise(name))
  const named = said.filter(namesPosting)
  if (isNumbered(path))
    return said.filter((parameter) => namesPosting(parameter) || isLanguage(parameter))
  const sure = said.filter(
    (parameter) =>
      namesPosting(parameter) ||
      !isDoubtful(parameter) ||
      (named.length === 0 && isReference(parameter)),
  )
  return identifies(path) || sure.some(([, value]) => value !== '') ? sure : said
}

/** Whether a path ends with a number, or with a word such as `job` a little after one: `/jobs/1234/baker/job`. */
function isNumbered(path: string): boolean {
  const segments = path.split('/')
  const last = segments.at(-1) ?? ''
  if (/\d/.test(last)) return true
  const before = segments.slice(-3, -1).filter((segment) => !/^(?:19|20)\d\d$/.test(segment))
  return PAGE_WORDS.has(last.toLowerCase()) && before.some((segment) => /^\d{3,}$/.test(segment))
}

/** Whether `ref` is a job's reference: it has a number. */
function isReference([name, value]: Parameter): boolean {
  return /^ref$/i.test(name) && /\d/.test(value)
}

function isLanguage([name]: Parameter): boolean {
  return /^(?:lang|language|locale|culture|lcid)$/i.test(name)
}

/** Words of a page that shows any posting. Its parameters tell which. */
const PAGE_WORDS = new Set(
  `job jobs career careers position positions vacancy vacancies opening openings posting postings role
  roles opportunity opportunities requisition requisitions offer offers stelle stellen stellenangebot
  stellenangebote anzeige annonce emploi emplois offre offres empleo vaga vagas vacature vacatures detail
  details view viewer show display description descriptions apply application app index default home main
  page pages search list embed ad advert advertisement item public external en de fr es`.split(
    /\s+/,
  ),
)

export function isPageWord(word: string): boolean {
  return PAGE_WORDS.has(word)
}

/** Whether the last segment of a path is one posting's, and not a word of a page that shows any. */
function identifies(path: string): boolean {
  const last = (path.split('/').at(-1) ?? '').replace(/\.[a-z]{2,5}$/i, '')
  const words = last
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[-_+\s]/)
  return words.some((word) => word !== '' && !PAGE_WORDS.has(word))
}

const NOISE = new Set(
  `gclid dclid gbraid wbraid fbclid msclkid yclid twclid ttclid li_fat_id igshid srsltid _ga _gl gad_source
  sid cfid cftoken nonce _ __cf cb cachebuster cache_buster rnd rand random trk trkid gh_src gh_ref
  lever-source lever-origin lever-via iis iisn jr_id mkt_tok icid cmpid ocid eid_src spm scm vero_id
  oly_enc_id oly_anon_id s_kwcid ef_id in_iframe hashed`.split(/\s+/),
)
const NOISE_BEGINNING =
  /^(?:utm|mtm|pk|piwik|hsa|_hs|__hs|mc|at|wt|ns|ga|itm|cm|trk|aff|track)[_.-]/i
const NOISE_WORD =
  /sess(?:ion)?_?(?:id|key|token)?$|^session|csrf|xsrf|tracking|clickid|clid$|referr?er|campaign|visitor|timestamp|affiliate|requestid|request_id|viewstate/i
const SESSION = /^(?:sid|session|sessionid|session_id|token|jsessionid)$/i

/** Whether a parameter only tells of the visitor: a session, a campaign, a protection of forms, a cache. */
function isNoise(name: string): boolean {
  return NOISE.has(name.toLowerCase()) || NOISE_BEGINNING.test(name) || NOISE_WORD.test(name)
}

const DOUBTFUL = new Set(
  `ref refs source src from via origin channel medium content term date day d ts time t token tok access_token
  auth key hash h sig signature expires exp v ver version version_id s state page p pg pos offset start startrow
  from_page sort sortby order dir q query keyword keywords search searchid back return returnurl return_url
  redirect redirect_uri next prev hub mode view layout theme mobile embed iframe apply share print
  shared hl guest user userid user_id uid clientid client_id cid click`.split(/\s+/),
)

/** Whether a parameter may change from visit to visit, by its name or by its value. */
function isDoubtful([name, value]: Parameter): boolean {
  return DOUBTFUL.has(name.toLowerCase()) || isToken(value)
}

const POSTING_NAME =
  /^(?:gh_|ashby_)?j?id$|^(?:nr|no|num|number|uuid|guid|slug)$|(?:job|jid|req|requisition|vacancy|vacature|posting|position|opening|offer|stelle|anzeige|annonce|offre|oferta|vaga|rolle)(?:[_-]?(?:id|no|nr|num|number|code|key|ref|reference|uuid|guid|slug))?$/i

/** Whether a parameter's name says that its value is a posting's. Greenhouse calls a job's number `token`. */
function namesPosting([name, value]: Parameter): boolean {
  return POSTING_NAME.test(name) || (/^token$/i.test(name) && /^\d{5,12}$/.test(value))
}

/** Whether a value looks made for one visit: a date, a time, a UUID, or random digits and letters. */
function isToken(value: string): boolean {
  if (/^(?:\d{10}|\d{13}|\d{4}-\d\d-\d\d.*)$/.test(value)) return true
  if (/^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value)) return true
  if (value.length < 8 || !/^[\w.~+/=-]+$/.test(value)) return false
  const longest = Math.max(...value.split(/[-_.]/).map((part) => part.length))
  return longest >= 8 && /\d/.test(value) && /[a-z]/i.test(value) && isMixed(value)
}

/** Whether digits and letters change places often, as in random text: `a1b2c3d4e5`, and not `engineer2026`. */
function isMixed(value: string): boolean {
  const kinds = value
    .split('')
    .map((sign) => (/\d/.test(sign) ? '0' : /[a-z]/.test(sign) ? 'a' : 'A'))
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length
  return changes >= 4
}
