import type { Socket } from '../../src/durable/watch/socket-sink.ts'
import { type SocketHost, Sockets } from '../../src/durable/watch/sockets.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import type { TestWatch } from './test-watch.ts'
import { plain } from './test-watch.ts'
import { type Picture, pictureOf } from './watched-picture.ts'

/** A socket whose client reads what is sent and folds it; what it says goes through `Sockets`. */
export class FakeSocket implements Socket {
  readyState = 1
  state: WatchedRun = unwatched
  cursor: string | undefined
  closedWith: number | undefined
  readonly events: RunEvent[] = []
  /** How often its attachment was written. */
  attached = 0
  /** Characters that it was sent. */
  sent = 0
  private attachment: unknown = null

  send(text: string): void {
    this.sent += text.length
    const event = RunEvent.parse(JSON.parse(text))
    this.events.push(event)
    this.state = fold(this.state, event)
    this.cursor = event.id ?? this.cursor
  }

  close(code = 1005): void {
    this.closedWith ??= code
    this.readyState = 3
  }

  serializeAttachment(value: unknown): void {
    this.attached += 1
    this.attachment = structuredClone(value)
  }

  deserializeAttachment(): unknown {
    return structuredClone(this.attachment)
  }

  names(): string[] {
    return this.events.map(({ event }) => event).filter((event) => event !== 'progress')
  }

  picture(): Picture {
    return pictureOf(this.state)
  }
}

type Arrival = Parameters<Sockets['open']>[1]

/** The platform's part: sockets outlive the object, which may forget them and restore them. */
export class FakeSockets {
  readonly all: FakeSocket[] = []
  sockets: Sockets
  private readonly watch: TestWatch

  constructor(watch: TestWatch) {
    this.watch = watch
    this.sockets = this.make()
  }

  open(given: Partial<Arrival> = {}): FakeSocket {
    this.sockets.open(this.watch.test.run, { wanted: plain, cursor: null, ...given })
    const socket = this.all.at(-1)
    if (socket === undefined) throw new Error('no socket was opened')
    return socket
  }

  ack(socket: FakeSocket, cursor = socket.cursor): void {
    this.sockets.message(socket, JSON.stringify({ ack: cursor }))
  }

  /** The object is evicted, and woken by something. */
  wake(): void {
    this.watch.restart()
    this.sockets = this.make()
    this.sockets.restore()
  }

  private make(): Sockets {
    const host: SocketHost = {
      open: () => {
        const socket = new FakeSocket()
        this.all.push(socket)
        return { socket, answer: new Response() }
      },
      all: () => this.all.filter(({ readyState }) => readyState === 1),
    }
    const { watchers, test } = this.watch
    return new Sockets({ host, run: () => test.engine.run, watchers, settings: test.settings })
  }
}
