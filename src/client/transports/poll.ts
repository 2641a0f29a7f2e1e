import { type Connect, type ConnectionEnd, refusal, retryAfterOf } from '../connection.ts'
import { bearer, type RunRoute } from '../http.ts'
import { isObject, parseJson } from '../json.ts'
import type { Fetch, FetchResponse } from '../platform.ts'
import { wait } from '../timer.ts'
import type { Timing } from '../timing.ts'
import { readRunEvent, unreadable } from './run-event.ts'

/** The state that one poll leaves for the next one, which asks for the events after `cursor`. */
type LastPoll = {
  readonly cursor: string | undefined
  readonly etag?: string | null
  /** The pause before the next poll, if the run has no place for a watcher; otherwise 0. */
  readonly again_ms?: number
}

/** The answer to one poll. */
type PollResult = LastPoll & { readonly events: readonly unknown[]; readonly done?: boolean }

/**
 * Follows a run by polls. The server answers the first poll at once, which shows that polls work, and holds
 * each later one until there is something new. While the run has no place for a watcher, no poll is held; when it
 * has one again, the polls end, and a better transport takes the place (W-13).
 */
export function connectPoll(
  route: RunRoute,
  fetch: Fetch,
  timing: Pick<Timing, 'poll_ms' | 'poll_wait_s'>,
): Connect {
  return async function* ({ cursor, token, signal, onActivity }) {
    let last: LastPoll = { cursor }
    for (let wait_s = 0; ; wait_s = last.again_ms ? 0 : timing.poll_wait_s) {
      const next_at = Date.now() + timing.poll_ms
      const headers = { ...bearer(token), ...(last.etag && { 'if-none-match': last.etag }) }
      const url = route('events', last.cursor, { wait: String(wait_s) })
      const answer = await readAnswer(await fetch(url, { headers, signal }), last)
      onActivity()
      if ('kind' in answer) return yield answer
      for (const raw of answer.events) yield readRunEvent(raw)
      yield { kind: 'alive' }
      if (answer.done) return yield { kind: 'terminal' }
      const { again_ms } = answer
      if (last.again_ms && !again_ms) return yield { kind: 'left' }
      last = answer
      await wait(again_ms || (wait_s && next_at - Date.now()), signal)
    }
  }
}

async function readAnswer(
  response: FetchResponse,
  last: LastPoll,
): Promise<PollResult | ConnectionEnd> {
  const again_ms = retryAfterOf(response)
  if (response.status === 304) return { ...last, events: [], again_ms }
  if (!response.ok) return refusal(response)
  const body = parseJson(await response.text())
  const etag = response.headers.get('etag')
  return isBody(body) ? { ...body, etag, again_ms } : unreadable('an answer')
}

function isBody(body: unknown): body is Omit<PollResult, 'etag' | 'again_ms'> {
  if (!isObject(body)) return false
  const { cursor, events }: { readonly cursor?: unknown; readonly events?: unknown } = body
  return typeof cursor === 'string' && Array.isArray(events)
}
