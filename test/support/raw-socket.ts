import { RunEvent } from '../../src/protocol/events.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { TokenExpired } from '../../src/protocol/token-expired.ts'
import { Reading } from './reading.ts'

type Api = { readonly origin: string; readonly token: string }

/** A WebSocket of a run whose client acknowledges only what the test tells it to. */
export class RawSocket extends Reading {
  /** True when the server has said that its token has expired. */
  expired = false
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>
  private readonly socket: WebSocket
  private waiting: { readonly wanted: () => boolean; readonly resolve: () => void }[] = []

  static open({ origin, token }: Api, run_id: RunId): RawSocket {
    const address = new URL(`/api/runs/${run_id}/socket?token=${token}`, origin)
    address.protocol = 'ws'
    return new RawSocket(address)
  }

  private constructor(address: URL) {
    super()
    this.socket = new WebSocket(address)
    this.socket.addEventListener('message', ({ data }) => this.take(String(data)))
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close', ({ code }) => resolve(code))
    })
  }

  ack(cursor = this.cursor): void {
    this.socket.send(JSON.stringify({ ack: cursor }))
  }

  /** Resolves as soon as the messages so far satisfy `wanted`. Rejects if the socket closes before. */
  async until(wanted: (told: this) => boolean): Promise<void> {
    if (wanted(this)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.waiting.push({ wanted: () => wanted(this), resolve })
    void this.closed.then((code) => reject(new Error(`the socket was closed with ${code}`)))
    await promise
  }

  private take(text: string): void {
    const said: unknown = JSON.parse(text)
    if (TokenExpired.safeParse(said).success) this.expired = true
    else this.read(RunEvent.parse(said))
    const satisfied = this.waiting.filter(({ wanted }) => wanted())
    this.waiting = this.waiting.filter((one) => !satisfied.includes(one))
    for (const { resolve } of satisfied) resolve()
  }
}
