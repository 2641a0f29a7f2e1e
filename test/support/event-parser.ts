import { createParser, type EventSourceMessage, type EventSourceParser } from 'eventsource-parser'

import { crowded } from '../../src/protocol/crowded.ts'
import { RunEvent } from '../../src/protocol/events.ts'

/** Reads an event from a stream's message. A status is a bare word; all other data is JSON. */
export function eventOf({ event, data, id }: EventSourceMessage): RunEvent {
  const value: unknown = event === 'status' ? data : JSON.parse(data)
  return RunEvent.parse({ event, data: value, ...(id === undefined ? {} : { id }) })
}

/**
 * Parses a stream's text piece by piece. Throws if the text is no event stream. Calls `onComment` for each
 * heartbeat, and `onCrowded` if the run has no place for the watcher.
 */
export function eventParser(
  take: (event: RunEvent) => void,
  onComment: () => void = () => {},
  onCrowded: () => void = () => {},
): EventSourceParser {
  return createParser({
    onComment,
    onEvent: (message) => {
      if (message.event === crowded.event) onCrowded()
      else take(eventOf(message))
    },
    onError: (error) => {
      throw error
    },
  })
}
