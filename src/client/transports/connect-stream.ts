import { bearer, type Fetch, type RunRoute } from '../run-route.ts'
import type { Connect } from './connect.ts'
import { openEventStream } from './event-stream.ts'
import { readStreamEvent } from './run-event.ts'

/** A stream of events, by fetch, which sends what an EventSource cannot: a header with the token. */
export function streamOf(route: RunRoute, fetch: Fetch): Connect {
  return async function* (opening) {
    const { cursor, token, signal } = opening
    const resume = cursor && { 'last-event-id': cursor }
    const headers = { ...bearer(token), accept: 'text/event-stream', ...resume }
    const stream = await openEventStream(await fetch(route('stream'), { headers, signal }), opening)
    if ('kind' in stream) yield stream
    else for await (const message of stream) yield readStreamEvent(message)
  }
}
