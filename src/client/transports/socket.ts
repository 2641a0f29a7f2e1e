import { AsyncQueue } from '../async-queue.ts'
import { type Connect, type ConnectionEnd, type ConnectOptions, refusal } from '../connection.ts'
import { ApiError } from '../errors.ts'
import { bearer, type RunRoute } from '../http.ts'
import type { Fetch, FetchResponse, Socket, SocketClass } from '../platform.ts'
import { Timer } from '../timer.ts'
import { parseJson, readRunEvent } from './run-event.ts'

type SocketPorts = {
  readonly fetch: Fetch
  readonly WebSocket: SocketClass
  readonly ping_ms: number
}

/** Follows a run by a WebSocket. Each message is an event in JSON, and the client acknowledges messages. */
export function connectSocket(
  route: RunRoute,
  { fetch, WebSocket, ping_ms }: SocketPorts,
): Connect {
  return async function* (options) {
    const { cursor, token, signal } = options
    const url = route('socket', cursor, { token }).replace('http', 'ws')
    const socket = new SocketReader(new WebSocket(url), options)
    const acks = acknowledgements((text) => socket.send(text))
    const ping = setInterval(() => socket.send('ping'), ping_ms)
    try {
      for await (const text of socket.messages) {
        const item = readRunEvent(parseJson(text))
        yield item
        if ('event' in item) acks.add(text.length, item.id)
      }
      signal.throwIfAborted()
      if (socket.wasOpen) return yield endOf(socket, cursor)
      const headers = bearer(token)
      yield await refusalBy(await fetch(route('events', cursor), { headers, signal }))
    } finally {
      clearInterval(ping)
      acks.stop()
      socket.close()
    }
  }
}

/** The close code of a socket that ended as it should. */
const NORMAL = 1000
/** The close code of a socket that broke. A SocketReader also has it until a close event comes. */
const ABNORMAL = 1006

/**
 * A socket that ends normally without a message began at the cursor of the round's end. The codes 4400 to
 * 4499 stand for the HTTP statuses 400 to 499.
 */
function endOf({ code, isEmpty }: SocketReader, cursor: string | undefined): ConnectionEnd {
  if (code === NORMAL && isEmpty && cursor !== undefined) return { kind: 'terminal' }
  if (Math.floor(code / 100) !== 44) return { kind: 'closed' }
  return { kind: 'refused', error: new ApiError(code - 4000), retry_after_ms: 0 }
}

/**
 * Finds out why a WebSocket could not be opened: the WebSocket does not tell, but a poll with the same token and
 * cursor does.
 */
async function refusalBy(response: FetchResponse): Promise<ConnectionEnd> {
  if (!response.ok) return refusal(response)
  await response.body?.cancel()
  throw new Error('Could not open a WebSocket, although the server can be reached')
}

/** A socket's messages, without the answers to pings. The server stops while 64 KB are not acknowledged. */
class SocketReader {
  readonly messages = new AsyncQueue<string>()
  code = ABNORMAL
  wasOpen = false
  /** No message came. */
  isEmpty = true
  readonly #socket: Socket
  readonly #signal: AbortSignal
  #isOpen = false

  constructor(socket: Socket, { signal, onActivity }: ConnectOptions) {
    this.#socket = socket
    this.#signal = signal
    signal.addEventListener('abort', this.#end)
    if (signal.aborted) this.#end()
    socket.addEventListener('open', () => {
      this.wasOpen = this.#isOpen = true
    })
    socket.addEventListener('message', ({ data }) => {
      onActivity()
      if (data === 'pong') return
      this.isEmpty = false
      void this.messages.push(String(data))
    })
    // An error event has no reason, and on some platforms no close event follows it.
    socket.addEventListener('error', this.#end)
    socket.addEventListener('close', ({ code }) => {
      this.code = code
      this.#end()
    })
  }

  send(text: string): void {
    if (this.#isOpen) this.#socket.send(text)
  }

  close(): void {
    this.#end()
    this.#signal.removeEventListener('abort', this.#end)
    this.#socket.close()
  }

  readonly #end = (): void => {
    this.#isOpen = false
    this.messages.close()
  }
}

const ACK_MS = 250
const ACK_BYTES = 16_384

/**
 * Tells the server which of its messages the client has taken (W-1): not after each message, but at once after 16
 * KB and otherwise soon after a message. A cursor acknowledges all messages up to the one that had it as its id.
 * The pages of a large listing have no id: an empty cursor acknowledges them after each 16 KB.
 */
function acknowledgements(send: (text: string) => void) {
  const timer = new Timer()
  let last = ''
  let bytes = 0
  const tell = (ack: string) => {
    if (ack !== '') timer.clear()
    bytes = 0
    send(JSON.stringify({ ack }))
  }
  const add = (size: number, id = '') => {
    bytes += size
    if (id !== '') last = id
    if (bytes >= ACK_BYTES) tell(id)
    else if (id !== '' && !timer.isSet) timer.set(ACK_MS, () => tell(last))
  }
  return { add, stop: () => timer.clear() }
}
