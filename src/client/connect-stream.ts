import type { Connect, Opening, Said } from './connection.ts'
import { endWith } from './connection.ts'
import { openEventStream } from './event-stream.ts'
import { unreadable } from './refusal.ts'
import { readStreamEvent } from './run-event.ts'
import { bearer, type Fetch, type RunRoute } from './run-route.ts'

/** A stream of events, by fetch, which sends what an EventSource cannot: a header with the token. */
export function streamOf(route: RunRoute, fetch: Fetch): Connect {
  return async function* (opening: Opening): AsyncGenerator<Said, void> {
    const { token, cursor, signal, heard, retry } = opening
    const resume = cursor === undefined ? {} : { 'last-event-id': cursor }
    const headers = { ...bearer(token), accept: 'text/event-stream', ...resume }
    const response = await fetch(route.stream(), { headers, signal })
    const stream = await openEventStream(response, { onRetry: retry, onBytes: heard })
    if ('kind' in stream) return yield endWith(stream)
    for await (const message of stream) {
      const event = readStreamEvent(message)
      if (!event) return yield endWith(unreadable(message.event))
      yield { kind: 'event', event }
    }
  }
}
