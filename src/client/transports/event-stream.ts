import { createParser } from 'eventsource-parser'

import { type Connect, type ConnectOptions, refusal } from '../connection.ts'
import { bearer, type RunRoute } from '../http.ts'
import type { Fetch, FetchResponse } from '../platform.ts'
import { readStreamEvent, type StreamMessage } from './run-event.ts'

type StreamListener = Pick<ConnectOptions, 'onActivity' | 'onRetry'>

type EventStream = AsyncGenerator<StreamMessage, void, undefined>

/** Takes the right to hold one more stream until the signal is aborted. False: all rights are taken. */
export type TakeSlot = (signal: AbortSignal) => Promise<boolean>

/** Follows a run by an event stream. It uses fetch, since an EventSource cannot send the token's header. */
export function connectStream(route: RunRoute, fetch: Fetch, takeSlot?: TakeSlot): Connect {
  return async function* (options) {
    const { cursor, token, signal } = options
    if (takeSlot && !(await takeSlot(signal))) return yield { kind: 'full' }
    const headers = {
      ...bearer(token),
      accept: 'text/event-stream',
      ...(cursor && { 'last-event-id': cursor }),
    }
    const response = await fetch(route('stream'), { headers, signal })
    // By the HTML standard only a 200 of the right type is a stream, and a 204 says that nothing more comes.
    if (response.status === 204) yield { kind: 'terminal' }
    else if (response.status !== 200 || !isEventStream(response)) yield await refusal(response)
    else for await (const message of readStream(response, options)) yield readStreamEvent(message)
  }
}

/** The type's parameters do not matter: an event stream is always UTF-8. */
function isEventStream({ headers }: FetchResponse): boolean {
  return /^text\/event-stream[\t ]*(;|$)/i.test(headers.get('content-type') ?? '')
}

/**
 * Reads the events of a stream by the HTML standard: lines after the last blank line are no event. A
 * reader that leaves cancels the body. While nothing comes, only the signal of the fetch ends the reading.
 */
export async function* readStream(
  response: FetchResponse,
  { onActivity, onRetry }: StreamListener,
): EventStream {
  const chunks = response.body?.getReader()
  const decoder = new TextDecoder()
  let messages: StreamMessage[] = []
  const parser = createParser({
    onEvent: ({ event = 'message', data, id }) =>
      messages.push({ event, data, ...(id !== undefined && { id }) }),
    onRetry,
  })
  // The decoder removes the byte order mark. The parser would remove a second one, or "ï»¿", which are
  // text: it is given a mark of its own to remove.
  parser.feed('\uFEFF')
  try {
    for (;;) {
      const chunk = await chunks?.read()
      if (!chunk?.value) return
      onActivity()
      messages = []
      parser.feed(decoder.decode(chunk.value, { stream: true }))
      yield* messages
    }
  } finally {
    // When the body broke, read() has thrown the reason, and cancel() would reject with it again.
    void chunks?.cancel().catch(() => {})
  }
}
