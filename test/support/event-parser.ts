import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser'

import { RunEvent } from '../../src/protocol/events.ts'

/** What a stream's message says: a status stands there as a word, all else as JSON. */
export function eventOf({ event, data, id }: EventSourceMessage): RunEvent {
  const value: unknown = event === 'status' ? data : JSON.parse(data)
  return RunEvent.parse({ event, data: value, ...(id === undefined ? {} : { id }) })
}

/** Reads a stream's text piece by piece, and throws what is no event stream. A heartbeat is a comment. */
export function eventParser(
  take: (event: RunEvent) => void,
  onComment: () => void = () => {},
): EventSourceParser {
  return createParser({
    onComment,
    onEvent: (message) => take(eventOf(message)),
    onError: (error) => {
      throw error
    },
  })
}
