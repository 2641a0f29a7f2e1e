import { Inbox } from '../inbox.ts'
import type { Socket } from '../run-route.ts'
import type { Opening } from './connect.ts'

/**
 * A socket's texts, one by one as they are asked for. What was not yet asked for is kept, which the
 * server bounds by what is not yet acknowledged.
 */
export class SocketReader {
  readonly texts = new Inbox<string>()
  /** Until it closes with another: as if it had broken. */
  code = 1006
  /** Whether it ever was open, and whether it said nothing. */
  opened = false
  silent = true
  readonly #socket: Socket
  readonly #signal: AbortSignal
  #open = false

  constructor(socket: Socket, { signal, heard }: Pick<Opening, 'signal' | 'heard'>) {
    this.#socket = socket
    this.#signal = signal
    signal.addEventListener('abort', this.#end)
    if (signal.aborted) this.#end()
    socket.addEventListener('open', () => {
      this.opened = this.#open = true
    })
    socket.addEventListener('message', ({ data }) => {
      heard()
      if (data === 'pong') return
      this.silent = false
      this.texts.push(String(data))
    })
    // What went wrong is not said, and not everywhere does a close follow.
    socket.addEventListener('error', this.#end)
    socket.addEventListener('close', ({ code }) => {
      this.code = code
      this.#end()
    })
  }

  send(text: string): void {
    if (this.#open) this.#socket.send(text)
  }

  close(): void {
    this.#end()
    this.#signal.removeEventListener('abort', this.#end)
    this.#socket.close()
  }

  readonly #end = (): void => {
    this.#open = false
    this.texts.end()
  }
}
