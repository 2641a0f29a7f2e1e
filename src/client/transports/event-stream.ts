import { createParser } from 'eventsource-parser'

import type { FetchResponse } from '../run-route.ts'
import type { Ending, Opening } from './connect.ts'
import { refusal } from './refusal.ts'

/** An event as its stream has it; `id` only where its own lines held one. */
export type StreamMessage = { readonly event: string; readonly data: string; readonly id?: string }

/** Whom a stream tells what is no event. */
type Listener = Pick<Opening, 'heard' | 'retry'>

type EventStream = AsyncGenerator<StreamMessage, void, undefined>

/** The HTML standard reads a stream from a 200 of its MIME type alone; a 204 says: there is no more. */
export async function openEventStream(
  response: FetchResponse,
  listener: Listener,
): Promise<Ending | EventStream> {
  const { status, headers } = response
  if (status === 204) return { kind: 'terminal' }
  if (status === 200 && isEventStream(headers)) return readEventStream(response, listener)
  return refusal(response)
}

/** Whatever its parameters say, an event stream is UTF-8. */
function isEventStream(headers: FetchResponse['headers']): boolean {
  return /^text\/event-stream[\t ]*(;|$)/i.test(headers.get('content-type') ?? '')
}

/**
 * The events of a stream by the HTML standard; what follows the last blank line is none. Breaking
 * off cancels the body; while nothing comes, only the signal that the fetch was given ends it.
 */
export async function* readEventStream(
  response: FetchResponse,
  { heard, retry }: Listener,
): EventStream {
  const chunks = response.body?.getReader()
  const decoder = new TextDecoder()
  let said: StreamMessage[] = []
  const parser = createParser({
    onEvent: ({ event = 'message', data, id }) =>
      said.push({ event, data, ...(id !== undefined && { id }) }),
    onRetry: retry,
  })
  // The decoder takes the byte order mark away. The parser would take a second one, and "ï»¿" too,
  // which are text: it is given one here.
  parser.feed('\uFEFF')
  try {
    for (;;) {
      const chunk = await chunks?.read()
      if (!chunk?.value) return
      heard()
      said = []
      parser.feed(decoder.decode(chunk.value, { stream: true }))
      yield* said
    }
  } finally {
    // A body that broke says so once more here, and read() has thrown it.
    void chunks?.cancel().catch(() => {})
  }
}
