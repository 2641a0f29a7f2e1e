import type { z } from 'zod'

import { exceeds, type JsonShape } from '../../../json-shape.ts'
import type { Failure } from '../../../protocol/status.ts'
import { type Fetched, FetchFailure, ForbiddenByRobots, type PieceTaker } from '../../fetch.ts'
import { decodePage } from '../../html/charset.ts'
import { PlanFailure } from '../../pipeline.ts'
import { botWall } from '../bot-wall.ts'
import type { ListingPorts } from './source.ts'

/** The board's name for people, and the request for its listing or for one page of it. */
export type ListingAddress = {
  readonly board: string
  readonly url: string
  /** JSON to send. The request is then a POST. */
  readonly body?: object
  /** An address of the company's site, to which robots.txt applies. Without it, the address is of a documented API. */
  readonly kind?: 'page'
  readonly format?: 'html'
  readonly headers?: Readonly<Record<string, string>>
  /** `unknown`: the platform redirects the address of a board that it does not have. */
  readonly redirect?: 'unknown'
}

/** Fetches a listing and parses its JSON. Any fault of the board throws a PlanFailure with a stable code. */
export async function readListing(address: ListingAddress, ports: ListingPorts): Promise<unknown> {
  return (await readListingAt(address, ports)).json
}

/** The same, with the address that answered: a platform may redirect to the company's own domain. */
export async function readListingAt(
  address: ListingAddress,
  ports: ListingPorts,
): Promise<{ readonly json: unknown; readonly url: string }> {
  const { body, url } = await readAnswer(address, ports)
  return { json: parse(new TextDecoder().decode(body), address.board), url }
}

/** Fetches a listing that is a page or XML, and returns its text. Any fault of the board throws a PlanFailure. */
export async function readListingText(
  address: ListingAddress,
  ports: ListingPorts,
): Promise<string> {
  const { body, headers } = await readAnswer(address, ports)
  return decodePage(body, headers.get('content-type'))
}

/** The address of a next page that a board names. It must be on the host of the first page. */
export function sameHost(next: string, first: string, board: string): string {
  const url = URL.parse(next, first)
  if (url?.origin === new URL(first).origin) return url.href
  throw unreadable(`The board "${board}" names a next page on another host.`)
}

/** Reads from the first of the platform's hosts that has the board. If none has it, throws the last one's error. */
export async function readInFirst<T>(
  hosts: readonly string[],
  read: (host: string) => Promise<T>,
): Promise<T> {
  let unknown: unknown
  for (const host of hosts) {
    try {
      return await read(host)
    } catch (error) {
      if (!(error instanceof PlanFailure) || error.failure.code !== 'board_not_found') throw error
      unknown = error
    }
  }
  throw unknown
}

/** Checks the envelope of an answer: a 200 proves nothing, as login pages and errors are sent with it too. */
export function readEnvelope<T>(
  shape: z.ZodType<T>,
  value: unknown,
  { board, list = 'jobs' }: { readonly board: string; readonly list?: string },
): T {
  const read = shape.safeParse(value)
  if (read.success) return read.data
  throw unreadable(`The board "${board}" answered with JSON that holds no list of ${list}.`)
}

/** Fetches a listing. With `take`, its body is taken in pieces. Any fault of the board throws a PlanFailure. */
export async function readAnswer(
  address: ListingAddress,
  ports: ListingPorts,
  take?: PieceTaker,
): Promise<Fetched> {
  const answer = await fetchListing(address, ports, take)
  if (address.redirect && isRedirect(answer.status))
    throw new PlanFailure(redirected(address.board))
  const wall = botWall(answer)
  if (wall) throw new PlanFailure({ ...wall, retryable: false })
  if (answer.status < 200 || answer.status > 299) {
    throw new PlanFailure(refusal(answer.status, address.board))
  }
  if (!isAt(answer, address)) throw new PlanFailure(moved(address.board, answer.url))
  return answer
}

/** Whether the answer came from the listing's own path. */
export function isAt(answer: Pick<Fetched, 'url'>, address: ListingAddress): boolean {
  return samePath(new URL(answer.url).pathname, new URL(address.url).pathname)
}

async function fetchListing(
  address: ListingAddress,
  ports: ListingPorts,
  take: PieceTaker | undefined,
): Promise<Fetched> {
  const { url, body, kind = 'api', format, headers, redirect } = address
  const accept = format === 'html' ? 'text/html,application/xhtml+xml' : 'application/json'
  try {
    return await ports.fetch(url, {
      kind,
      headers: { accept, ...headers },
      signal: ports.signal,
      shared: true,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(redirect === undefined ? {} : { redirect: 'manual' }),
      ...(take === undefined ? {} : { take }),
    })
  } catch (error) {
    throw explain(error, address.board, ports.signal)
  }
}

/** Returns the signal's reason if the plan was stopped: the board is not to blame for that. */
function explain(error: unknown, board: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof ForbiddenByRobots) {
    const failure = { code: 'forbidden_by_robots', message: error.reason.message, retryable: false }
    return new PlanFailure(failure, { cause: error })
  }
  if (!(error instanceof FetchFailure)) return error
  const { code, message, retryable } = error.failure
  const told = `The board "${board}" could not be read: ${message}`
  return new PlanFailure({ code, message: told, retryable }, { cause: error })
}

function refusal(status: number, board: string): Failure {
  if (status === 404) {
    const message = `There is no board "${board}" (404).`
    return { code: 'board_not_found', message, retryable: false }
  }
  if (status === 401 || status === 403) {
    const message = `The server does not let Runcast read the board "${board}" (${status}).`
    return { code: 'board_refused', message, retryable: false }
  }
  const message = `The board "${board}" answered ${status} instead of a job list.`
  const retryable = status === 408 || status === 429 || status >= 500
  return { code: 'board_error', message, retryable }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status <= 399 && status !== 304
}

function redirected(board: string): Failure {
  const message = `There is no board "${board}": its address leads elsewhere.`
  return { code: 'board_not_found', message, retryable: false }
}

/** Ignores a final slash and upper or lower case, because boards redirect to such variants of a path. */
function samePath(left: string, right: string): boolean {
  return plainPath(left) === plainPath(right)
}

function plainPath(path: string): string {
  return path.replace(/\/$/, '').toLowerCase()
}

function moved(board: string, url: string): Failure {
  const message = `The board "${board}" redirects to ${url.slice(0, 200)} instead of a job list.`
  return { code: 'board_moved', message, retryable: false }
}

function parse(text: string, board: string): unknown {
  if (exceeds(text, SHAPE)) throw unreadable(`The board "${board}" ${OVERSIZED}.`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw damaged(text, board, cause)
  }
}

/** Text that begins like JSON but does not parse was probably cut off, so a retry may help. */
export function damaged(text: string, board: string, cause: unknown): PlanFailure {
  const cut = /^\s*[{[]/.test(text)
  return unreadable(`The board "${board}" ${whatIs(text, cut)}.`, { retryable: cut, cause })
}

/** Parses the JSON of a detail. Returns undefined for a text that is not JSON, or is too deep to be a detail. */
export function jsonOf(text: string): unknown {
  if (exceeds(text, SHAPE)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The limits are higher than any board's listing needs. */
const SHAPE: JsonShape = { depth: 32, members: 1_000, entries: 200_000 }

export const OVERSIZED = 'answered with JSON that is nested too deeply or too long'

function whatIs(text: string, cut: boolean): string {
  if (cut) return 'answered with a job list that is cut off or damaged'
  if (text.trim() === '') return 'answered with an empty body instead of a job list'
  if (/^\s*<(?:!doctype|!--|html|head|body)/i.test(text)) {
    return 'answered with a page of HTML instead of a job list'
  }
  return 'answered with something that is not JSON instead of a job list'
}

export function unreadable(
  message: string,
  options: ErrorOptions & { retryable: boolean } = { retryable: false },
): PlanFailure {
  const { retryable, ...rest } = options
  return new PlanFailure({ code: 'listing_unreadable', message, retryable }, rest)
}
