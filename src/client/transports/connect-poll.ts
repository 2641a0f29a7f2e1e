import { isObject, parseJson } from '../json.ts'
import type { Fetch, RunRoute } from '../run-route.ts'
import { bearer } from '../run-route.ts'
import { wait } from '../wait.ts'
import type { Connect, Ending, Opening, Said } from './connect.ts'
import { endWith } from './connect.ts'
import { isRawEvent } from './raw-event.ts'
import { refusal, unreadable } from './refusal.ts'
import { type RawEvent, readRunEvent } from './run-event.ts'

type Pace = { readonly poll_ms: number; readonly poll_wait_s: number }

/** What is asked next: what came after the cursor, if anything did. */
type Poll = { readonly cursor: string | undefined; readonly etag: string | null }

/** What one answer says, and what to ask next, or why there is no next. */
type Answer = { readonly events: readonly RawEvent[]; readonly next: Poll | Ending }

/**
 * One answer after another. The first is asked for at once, which shows that it works; each one
 * after it is held by the server until there is something new.
 */
export function pollOf(route: RunRoute, fetch: Fetch, pace: Pace): Connect {
  return async function* ({ cursor, token, signal, heard }: Opening): AsyncGenerator<Said, void> {
    let poll: Poll = { cursor, etag: null }
    for (let wait_s = 0; ; wait_s = pace.poll_wait_s) {
      const next_at = Date.now() + pace.poll_ms
      const match = poll.etag === null ? {} : { 'if-none-match': poll.etag }
      const headers = { ...bearer(token), ...match }
      const response = await fetch(route.events(poll.cursor, wait_s), { headers, signal })
      const { events, next } = await read(response, poll)
      heard()
      if ('cursor' in next || next.kind === 'terminal') yield { kind: 'alive' }
      for (const raw of events) {
        const event = readRunEvent(raw)
        if (!event) return yield endWith(unreadable(raw.event))
        yield { kind: 'event', event }
      }
      if ('kind' in next) return yield endWith(next)
      poll = next
      if (wait_s > 0) await wait(next_at - Date.now(), signal)
    }
  }
}

async function read(response: Response, asked: Poll): Promise<Answer> {
  if (response.status === 304) return { events: [], next: asked }
  if (!response.ok) return { events: [], next: await refusal(response) }
  const body = parseJson(await response.text())
  if (!isBody(body)) return { events: [], next: unreadable('poll') }
  const { cursor, events, done } = body
  return {
    events,
    next: done ? { kind: 'terminal' } : { cursor, etag: response.headers.get('etag') },
  }
}

type Body = {
  readonly cursor: string
  readonly done: boolean
  readonly events: readonly RawEvent[]
}

function isBody(body: unknown): body is Body {
  if (!isObject(body) || !('events' in body) || !('cursor' in body)) return false
  return (
    typeof body.cursor === 'string' && Array.isArray(body.events) && body.events.every(isRawEvent)
  )
}
