import { ApiError } from '../api-error.ts'
import { parseJson } from '../json.ts'
import {
  bearer,
  type Fetch,
  type FetchResponse,
  type RunRoute,
  type SocketClass,
} from '../run-route.ts'
import { Acknowledgements } from './acknowledgements.ts'
import type { Connect, Ending } from './connect.ts'
import { refusal } from './refusal.ts'
import { readRunEvent } from './run-event.ts'
import { SocketReader } from './socket-reader.ts'

type Ports = { readonly fetch: Fetch; readonly WebSocket: SocketClass; readonly ping_ms: number }

const ENDED = 1000

/** A WebSocket: one JSON text an event, and now and then an acknowledgement of what was taken. */
export function socketOf(route: RunRoute, { fetch, WebSocket, ping_ms }: Ports): Connect {
  return async function* (opening) {
    const { cursor, token, signal } = opening
    const url = route('socket', cursor, { token }).replace('http', 'ws')
    const socket = new SocketReader(new WebSocket(url), opening)
    const acks = new Acknowledgements((ack) => socket.send(JSON.stringify({ ack })))
    const ping = setInterval(() => socket.send('ping'), ping_ms)
    try {
      for await (const text of socket.texts) {
        const said = readRunEvent(parseJson(text))
        yield said
        if ('event' in said) acks.took(text.length, said.id)
      }
      signal.throwIfAborted()
      if (socket.opened) return yield endingOf(socket, cursor)
      const headers = bearer(token)
      yield await refusedBy(await fetch(route('events', cursor), { headers, signal }))
    } finally {
      clearInterval(ping)
      acks.stop()
      socket.close()
    }
  }
}

/**
 * One that ends as it should without a word was opened with the cursor of the run's end. A code of
 * 4400 to 4499 is the HTTP status that it would have been refused with.
 */
function endingOf({ code, silent }: SocketReader, cursor: string | undefined): Ending {
  if (code === ENDED && silent && cursor !== undefined) return { kind: 'terminal' }
  if (Math.floor(code / 100) !== 44) return { kind: 'closed' }
  return { kind: 'refused', error: new ApiError(code - 4000), retry_after_ms: 0 }
}

/** A socket that does not open says no reason; the same question by HTTP is given one. */
async function refusedBy(response: FetchResponse): Promise<Ending> {
  if (!response.ok) return refusal(response)
  await response.body?.cancel()
  throw new Error('Could not open a WebSocket, although the server can be reached')
}
