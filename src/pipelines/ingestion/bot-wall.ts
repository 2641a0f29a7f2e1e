import type { Reason } from '../../protocol/status.ts'
import type { Fetched } from '../fetch.ts'

/**
 * Headers by which a service says that it asks for a proof:
 * https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/,
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html and
 * https://vercel.com/docs/vercel-firewall.
 */
const HEADERS: readonly (readonly [name: string, value: RegExp])[] = [
  ['cf-mitigated', /^challenge$/i],
  ['x-amzn-waf-action', /^(?:challenge|captcha)$/i],
  ['x-vercel-mitigated', /^challenge$/i],
]

/**
 * What only the page of a wall says, in lower case: of Cloudflare, AWS, DataDome, HUMAN, Imperva, Kasada, Akamai and
 * Sucuri. The scripts by which they watch ordinary pages are no signs: an outage's page has them too. The services do
 * not document these words.
 */
const WORDS = [
  '_cf_chl_opt',
  'window.gokuprops',
  'captcha-delivery.com',
  'px-captcha',
  'incapsula incident id',
  'window.kpsdk',
  'sec-if-cpt-container',
  'sucuri website firewall',
]

const REFUSING: ReadonlySet<number> = new Set([202, 401, 403, 405, 429, 503])

/** A wall that comes with the status 200 is a page of hardly any text. */
const SHORT_BYTES = 5_000

/** Only so much of a page is looked at. */
export const LOOKED_AT_BYTES = 20_000

/**
 * Tells whether an answer is a wall: a page by which a site has its visitors prove that they are people. Runcast does
 * not climb walls, so nothing is tried again.
 */
export function botWall(answer: Fetched): Reason | undefined {
  if (!isWall(answer)) return undefined
  const host = URL.parse(answer.url)?.host ?? 'It'
  const message = `This site does not want to be read by programs: ${host} has visitors prove that they are people (${answer.status}).`
  return { code: 'bot_wall', message }
}

function isWall({ status, headers, body }: Fetched): boolean {
  const isRefused = REFUSING.has(status)
  if (isRefused && HEADERS.some(([name, value]) => value.test(headers.get(name) ?? ''))) return true
  if (!isRefused && !(status === 200 && body.length < SHORT_BYTES)) return false
  const page = new TextDecoder().decode(body.subarray(0, LOOKED_AT_BYTES)).toLowerCase()
  return WORDS.some((words) => page.includes(words))
}
