import { ApiError } from '../api-error.ts'
import type { Fetch, RunRoute, SocketClass } from '../run-route.ts'
import { bearer } from '../run-route.ts'
import { Acknowledgements } from './acknowledgements.ts'
import type { Connect, Ending, Opening, Said } from './connect.ts'
import { endWith } from './connect.ts'
import { readSocketEvent } from './raw-event.ts'
import { refusal, unreadable } from './refusal.ts'
import { SocketReader } from './socket-reader.ts'

type Ports = { readonly fetch: Fetch; readonly WebSocket: SocketClass; readonly ping_ms: number }

const ENDED = 1000

/** A WebSocket: one JSON text an event, and now and then an acknowledgement of what was taken. */
export function socketOf(route: RunRoute, { fetch, WebSocket, ping_ms }: Ports): Connect {
  return async function* (opening: Opening): AsyncGenerator<Said, void> {
    const { cursor, token, signal } = opening
    const socket = new SocketReader(new WebSocket(route.socket(cursor, token)), opening)
    const acks = new Acknowledgements((ack) => socket.send(JSON.stringify({ ack })))
    const ping = setInterval(() => socket.send('ping'), ping_ms)
    try {
      for await (const text of socket.texts) {
        const event = readSocketEvent(text)
        if (!event) return yield endWith(unreadable('socket'))
        yield { kind: 'event', event }
        acks.took(text.length, event.id)
      }
      signal.throwIfAborted()
      const whyNot = () => fetch(route.events(cursor, 0), { headers: bearer(token), signal })
      yield endWith(socket.opened ? endingOf(socket, cursor) : await refusedBy(await whyNot()))
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
  if (code < 4400 || code > 4499) return { kind: 'closed' }
  return { kind: 'refused', error: new ApiError(code - 4000), retry_after_ms: 0 }
}

/** A socket that does not open says no reason; the same question by HTTP is given one. */
async function refusedBy(response: Response): Promise<Ending> {
  if (!response.ok) return refusal(response)
  await response.body?.cancel()
  return { kind: 'failed', error: new Error('The socket could not be opened.') }
}
