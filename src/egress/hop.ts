import { type Fetched, FetchFailure, type PieceTaker } from '../pipelines/fetch.ts'
import { readInPieces, readUpTo } from '../read-up-to.ts'
import { fail, inMegabytes, inSeconds } from './failures.ts'
import { redirectOf } from './redirect.ts'

/** One request of a fetch. Each redirect makes another hop. */
export type Hop = {
  readonly url: URL
  readonly headers: Headers
  /** JSON to send by a POST. */
  readonly body?: string
  /** Takes a redirect for the answer. */
  readonly redirect?: 'manual'
  /** Takes the body of a 2xx answer in pieces. */
  readonly take?: PieceTaker
}

export type HopLimits = {
  /** The most milliseconds until the head of the answer arrives. */
  readonly first_byte_ms: number
  /** The most milliseconds for this hop: the time that earlier hops of the fetch left. A body that is taken in pieces has so many for each piece. */
  readonly left_ms: number
  /** The most bytes of a body after decompression. */
  readonly max_bytes: number
  /** The most bytes of a body that is taken in pieces. As `max_bytes` by default. */
  readonly pieces_bytes?: number
  /** `fail` (the default) fails the fetch of a larger body. `cut` leaves the rest of the body unread. */
  readonly beyond?: 'fail' | 'cut'
  /** How Runcast names itself. `runcast` is the default. */
  readonly user_agent?: string
  readonly fetch?: (url: string, init: HopInit) => Promise<Response>
}

type HopInit = {
  readonly headers: Headers
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  readonly method?: 'POST'
  readonly body?: string
}

/** The head of an answer. */
export type Answered = { readonly status: number; readonly headers: Headers }

/** `answered` is null if the host gave no answer, or broke off its answer. */
export type HopOutcome = { readonly answered: Answered | null } & (
  | { readonly kind: 'fetched'; readonly fetched: Fetched }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'failed'; readonly error: unknown }
)

/** Makes one request under all limits. Leaves no timer and no connection open. Never rejects. */
export async function visit(
  hop: Hop,
  limits: HopLimits,
  caller: AbortSignal | undefined,
): Promise<HopOutcome> {
  const late = new AbortController()
  const signal = caller ? AbortSignal.any([caller, late.signal]) : late.signal
  const first_byte = new HopTimer(late, firstByteTimeout(hop.url, limits))
  const total = new HopTimer(late, fetchTimeout(hop.url, limits))
  let answered: Answered | null = null
  try {
    const response = await ask(hop, signal, limits)
    first_byte.stop()
    answered = { status: response.status, headers: new Headers(response.headers) }
    return { ...(await finish(response, { ...hop, signal, total }, limits)), answered }
  } catch (thrown) {
    const error = explain(thrown, { ...hop, signal, answered })
    return { kind: 'failed', error, answered: isHosts(error) ? null : answered }
  } finally {
    first_byte.stop()
    total.stop()
  }
}

type Timeout = { readonly ms: number; readonly reason: () => FetchFailure }

/** Aborts when its time is up. It runs from the beginning, and can be begun again. */
class HopTimer {
  readonly #late: AbortController
  readonly #timeout: Timeout
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(late: AbortController, timeout: Timeout) {
    this.#late = late
    this.#timeout = timeout
    this.start()
  }

  start(): void {
    const { ms, reason } = this.#timeout
    this.#timer = setTimeout(() => this.#late.abort(reason()), ms)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

function firstByteTimeout({ origin }: URL, { first_byte_ms: ms }: HopLimits): Timeout {
  const message = `${origin} did not answer within ${inSeconds(ms)}.`
  return { ms, reason: () => fail('first_byte_timeout', message) }
}

function fetchTimeout({ origin }: URL, { left_ms: ms }: HopLimits): Timeout {
  const message = `${origin} did not finish its answer in time.`
  return { ms, reason: () => fail('fetch_timeout', message) }
}

function ask(hop: Hop, signal: AbortSignal, limits: HopLimits): Promise<Response> {
  const headers = new Headers(hop.headers)
  headers.set('user-agent', limits.user_agent ?? 'runcast')
  const { body } = hop
  if (body !== undefined) headers.set('content-type', 'application/json')
  const sent = body === undefined ? {} : ({ method: 'POST', body } as const)
  const init = { headers, signal, redirect: 'manual', ...sent } as const
  return limits.fetch ? limits.fetch(hop.url.href, init) : fetch(hop.url.href, init)
}

type Underway = Hop & { readonly signal: AbortSignal }

async function finish(
  response: Response,
  hop: Underway & { readonly total: HopTimer },
  limits: HopLimits,
) {
  const { url, signal } = hop
  const follows = hop.body === undefined && hop.redirect === undefined
  const location = follows ? redirectOf(response) : undefined
  if (location !== undefined) {
    await response.body?.cancel().catch(() => undefined)
    return { kind: 'redirect', location } as const
  }
  const { status, headers } = response
  const { take } = hop
  const body =
    take && response.ok
      ? await passOn(response, { ...hop, take }, limits)
      : await readWithin(response, { url, signal, headers }, limits)
  const fetched = { status, url: url.href, headers: new Headers(headers), body }
  return { kind: 'fetched', fetched } as const
}

async function readWithin(
  response: Response,
  { url, signal, headers }: Underway,
  { max_bytes, beyond }: HopLimits,
): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array()
  const fits = beyond === 'cut' || Number(headers.get('content-length') ?? 0) <= max_bytes
  if (!fits) await response.body.cancel().catch(() => undefined)
  const read = fits ? await readUpTo(response.body, max_bytes, signal) : undefined
  if (read && (beyond === 'cut' || !read.over)) return read.bytes
  throw tooLarge(url, max_bytes)
}

function tooLarge({ origin }: URL, bytes: number): FetchFailure {
  return fail('too_large', `The answer of ${origin} is larger than ${inMegabytes(bytes)}.`)
}

/** Passes the body on in pieces. The time that a piece is worked on does not count. */
async function passOn(
  { body, status, headers }: Response,
  { url, signal, take, total }: Underway & { readonly take: PieceTaker; readonly total: HopTimer },
  { max_bytes, pieces_bytes: limit = max_bytes }: HopLimits,
): Promise<Uint8Array> {
  const answer = { status, headers: new Headers(headers), url: url.href }
  const timed = async (piece: Uint8Array): Promise<boolean> => {
    total.stop()
    const more = await take(piece, answer)
    total.start()
    return more
  }
  const over = body ? await readInPieces(body, timed, { limit, signal }) : false
  if (over) throw tooLarge(url, limit)
  return new Uint8Array()
}

/** Returns the signal's reason (a time-out, or the caller's) if the signal ended the fetch: fetch may then throw any error. */
function explain(
  thrown: unknown,
  { url, signal, answered }: Underway & { readonly answered: Answered | null },
): unknown {
  if (signal.aborted) return signal.reason
  if (thrown instanceof FetchFailure) return thrown
  const message = answered
    ? `The answer of ${url.origin} was cut off or damaged.`
    : `${url.origin} could not be reached.`
  return fail('unreachable', message, { cause: thrown })
}

/** Whether the host caused the error. The limit of size is ours, and a caller's stop says nothing about the host. */
function isHosts(error: unknown): boolean {
  return error instanceof FetchFailure && error.failure.code !== 'too_large'
}
