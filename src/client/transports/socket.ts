import { AsyncQueue } from '../async-queue.ts'
import {
  type Connect,
  type ConnectionEnd,
  type ConnectOptions,
  refusal,
  refused,
} from '../connection.ts'
import { ApiError } from '../errors.ts'
import { bearer, type RunRoute } from '../http.ts'
import { parseJson } from '../json.ts'
import type { Fetch, FetchResponse, Socket, SocketClass } from '../platform.ts'
import { Timer } from '../timer.ts'
import { readRunEvent } from './run-event.ts'

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
    let isEmpty = true
    try {
      for await (const text of socket.messages) {
        isEmpty = false
        const item = readRunEvent(parseJson(text))
        yield item
        if ('event' in item) acks.add(text.length, item.id)
      }
      signal.throwIfAborted()
      if (socket.wasOpen) return yield endOf(socket.code, isEmpty && cursor !== undefined)
      const poll = await fetch(route('events', cursor), { headers: bearer(token), signal })
      yield await refusalBy(poll)
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
 * A socket that ends normally without a message after its cursor began at the round's end. The codes 4400 to 4499 stand
 * for the HTTP statuses 400 to 499.
 */
function endOf(code: number, isUnchanged: boolean): ConnectionEnd {
  if (code === NORMAL && isUnchanged) return { kind: 'terminal' }
  if (code >= 4400 && code < 4500) return refused(new ApiError(code - 4000))
  return { kind: 'closed' }
}

/**
 * Finds out why a WebSocket could not be opened: the WebSocket does not tell, but a poll with the same token and
 * cursor does.
 */
async function refusalBy(response: FetchResponse): Promise<ConnectionEnd> {
  if (!response.ok) return refusal(response)
  await response.body?.cancel()
  throw new Error('Could not open a WebSocket, but the server answers')
}

/** A socket's messages, without the answers to pings. The server stops while 64 KB are not acknowledged. */
class SocketReader {
  readonly messages = new AsyncQueue<string>()
  code = ABNORMAL
  wasOpen = false
  readonly #socket: Socket
  #isOpen = false

  constructor(socket: Socket, { signal, onActivity }: ConnectOptions) {
    this.#socket = socket
    signal.addEventListener('abort', this.#end)
    if (signal.aborted) this.#end()
    socket.addEventListener('open', () => {
      this.wasOpen = this.#isOpen = true
    })
    socket.addEventListener('message', ({ data }) => {
      onActivity()
      if (data === 'pong') return
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
    if (ack) timer.clear()
    bytes = 0
    send(JSON.stringify({ ack }))
  }
  const add = (size: number, id = '') => {
    bytes += size
    if (id) last = id
    if (bytes >= ACK_BYTES) tell(id)
    else if (id && !timer.isSet) timer.set(ACK_MS, () => tell(last))
  }
  return { add, stop: () => timer.clear() }
}
