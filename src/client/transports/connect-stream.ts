import { bearer, type Fetch, type RunRoute } from '../run-route.ts'
import type { Connect, Opening, Said } from './connect.ts'
import { endWith } from './connect.ts'
import { openEventStream } from './event-stream.ts'
import { unreadable } from './refusal.ts'
import { readStreamEvent } from './run-event.ts'

/** A stream of events, by fetch, which sends what an EventSource cannot: a header with the token. */
export function streamOf(route: RunRoute, fetch: Fetch): Connect {
  return async function* (opening: Opening): AsyncGenerator<Said, void> {
    const { cursor, token, signal } = opening
    const resume = cursor === undefined ? {} : { 'last-event-id': cursor }
    const headers = { ...bearer(token), accept: 'text/event-stream', ...resume }
    const response = await fetch(route.stream(), { headers, signal })
    const stream = await openEventStream(response, opening)
    if ('kind' in stream) return yield endWith(stream)
    for await (const message of stream) {
      const event = readStreamEvent(message)
      if (!event) return yield endWith(unreadable(message.event))
      yield { kind: 'event', event }
    }
  }
}
