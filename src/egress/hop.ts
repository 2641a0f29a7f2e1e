import { type Fetched, FetchFailure } from '../pipelines/fetch.ts'
import { readBody } from './body.ts'
import { fail, inMegabytes, inSeconds } from './failures.ts'
import { redirectOf } from './redirect.ts'

/** One request of a fetch: where to, and with what headers. */
export type Hop = { readonly url: URL; readonly headers: Headers }

export type HopLimits = {
  /** How long the head of an answer may take. */
  readonly first_byte_ms: number
  /** How long all that is left of the fetch may take. */
  readonly left_ms: number
  /** Of a body after decompression. */
  readonly max_bytes: number
  /** What is done with a larger body: its fetch fails, or the rest of it is not read. */
  readonly beyond?: 'fail' | 'cut'
  readonly fetch?: (url: string, init: HopInit) => Promise<Response>
}

type HopInit = {
  readonly headers: Headers
  readonly signal: AbortSignal
  readonly redirect: 'manual'
}

/** The head of an answer. */
export type Answered = { readonly status: number; readonly headers: Headers }

/** `answered` is null where the host gave no answer, or none to its end. */
export type HopOutcome = { readonly answered: Answered | null } & (
  | { readonly kind: 'fetched'; readonly fetched: Fetched }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'failed'; readonly error: unknown }
)

/** Makes one request under all limits, and leaves nothing of it open. Never rejects. */
export async function visit(
  hop: Hop,
  limits: HopLimits,
  caller: AbortSignal | undefined,
): Promise<HopOutcome> {
  const late = new AbortController()
  const signal = caller ? AbortSignal.any([caller, late.signal]) : late.signal
  const first_byte = startTimer(late, firstByteTimeout(hop.url, limits))
  const total = startTimer(late, fetchTimeout(hop.url, limits))
  let answered: Answered | null = null
  try {
    const response = await ask(hop, signal, limits)
    clearTimeout(first_byte)
    answered = { status: response.status, headers: new Headers(response.headers) }
    return { ...(await finish(response, { ...hop, signal }, limits)), answered }
  } catch (thrown) {
    const error = explain(thrown, { ...hop, signal, answered })
    return { kind: 'failed', error, answered: isHosts(error) ? null : answered }
  } finally {
    clearTimeout(first_byte)
    clearTimeout(total)
  }
}

type Timeout = { readonly ms: number; readonly reason: () => FetchFailure }

function startTimer(late: AbortController, { ms, reason }: Timeout) {
  return setTimeout(() => late.abort(reason()), ms)
}

function firstByteTimeout({ origin }: URL, { first_byte_ms: ms }: HopLimits): Timeout {
  const message = `${origin} did not answer within ${inSeconds(ms)}.`
  return { ms, reason: () => fail('first_byte_timeout', message) }
}

function fetchTimeout({ origin }: URL, { left_ms: ms }: HopLimits): Timeout {
  const message = `${origin} did not come to the end of its answer in time.`
  return { ms, reason: () => fail('fetch_timeout', message) }
}

function ask(hop: Hop, signal: AbortSignal, limits: HopLimits): Promise<Response> {
  const headers = new Headers(hop.headers)
  headers.set('user-agent', 'runcast')
  const init = { headers, signal, redirect: 'manual' } as const
  return limits.fetch ? limits.fetch(hop.url.href, init) : fetch(hop.url.href, init)
}

type Underway = Hop & { readonly signal: AbortSignal }

async function finish(response: Response, { url, signal }: Underway, limits: HopLimits) {
  const location = redirectOf(response)
  if (location !== undefined) {
    await response.body?.cancel().catch(() => undefined)
    return { kind: 'redirect', location } as const
  }
  const { status, headers } = response
  const body = await readWithin(response, { url, signal, headers }, limits)
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
  const read = fits ? await readBody(response.body, max_bytes, signal) : undefined
  if (read && (beyond === 'cut' || !read.over)) return read.bytes
  throw fail('too_large', `The answer of ${url.origin} is larger than ${inMegabytes(max_bytes)}.`)
}

/** A time-out's failure and the caller's own reason are the signal's, whatever the fetch threw. */
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

/** What is too large is so by our measure, and what the caller stopped was his: both were answered. */
function isHosts(error: unknown): boolean {
  return error instanceof FetchFailure && error.failure.code !== 'too_large'
}
