import { isObject, parseJson } from '../json.ts'
import { bearer, type Fetch, type FetchResponse, type RunRoute } from '../run-route.ts'
import { wait } from '../wait.ts'
import type { Connect, Ending } from './connect.ts'
import { refusal } from './refusal.ts'
import { readRunEvent, unreadable } from './run-event.ts'

type Pace = { readonly poll_ms: number; readonly poll_wait_s: number }

/** What one answer says; the next is asked for what came after its cursor, if anything did. */
type Answer = {
  readonly cursor: string | undefined
  readonly events: readonly unknown[]
  readonly done: boolean
  readonly etag: string | null
}

/**
 * One answer after another. The first is asked for at once, which shows that it works; each one
 * after it is held by the server until there is something new.
 */
export function pollOf(route: RunRoute, fetch: Fetch, pace: Pace): Connect {
  return async function* ({ cursor, token, signal, heard, once }) {
    let last: Answer = { cursor, events: [], done: false, etag: null }
    for (let wait_s = 0; ; wait_s = pace.poll_wait_s) {
      const next_at = Date.now() + pace.poll_ms
      const headers = { ...bearer(token), ...(last.etag && { 'if-none-match': last.etag }) }
      const url = route('events', last.cursor, { wait: String(wait_s) })
      const answer = await read(await fetch(url, { headers, signal }), last)
      heard()
      if ('kind' in answer) return yield answer
      yield { kind: 'alive' }
      for (const raw of answer.events) yield readRunEvent(raw)
      if (answer.done) return yield { kind: 'terminal' }
      if (once) return
      last = answer
      if (wait_s > 0) await wait(next_at - Date.now(), signal)
    }
  }
}

async function read(response: FetchResponse, last: Answer): Promise<Answer | Ending> {
  if (response.status === 304) return { ...last, events: [] }
  if (!response.ok) return refusal(response)
  const body = parseJson(await response.text())
  return isBody(body) ? { ...body, etag: response.headers.get('etag') } : unreadable('an answer')
}

function isBody(body: unknown): body is Omit<Answer, 'etag'> {
  if (!isObject(body)) return false
  const { cursor, events }: { readonly cursor?: unknown; readonly events?: unknown } = body
  return typeof cursor === 'string' && Array.isArray(events)
}
