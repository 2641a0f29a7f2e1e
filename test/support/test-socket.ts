import type { Socket } from '../../src/durable/run/watch/socket-sink.ts'
import type { SocketHost } from '../../src/durable/run/watch/sockets.ts'

const OPEN = 1
const CLOSED = 3

/** The client's end of a socket: it outlives the object's eviction, its object's ends do not. */
export class Pipe {
  attachment: unknown = null
  /** How often its attachment was written. */
  attached = 0
  readyState = OPEN
  closedWith: number | undefined
  /** What came and was not read yet: a network holds on to it for as long as it must. */
  readonly unread: string[] = []
  arrived: () => void = () => {}
  closed: () => void = () => {}

  close(code: number): void {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    this.closedWith = code
    this.closed()
  }
}

/** Sockets as the platform hands them to an object, with their ends in one process. */
export class TestSockets {
  readonly pipes: Pipe[] = []
  private incarnation = 0
  private ends = new Map<Pipe, Socket>()
  private readonly opened: (pipe: Pipe) => void

  /** `opened` is told of each client's end before anything is sent to it. */
  constructor(opened: (pipe: Pipe) => void = () => {}) {
    this.opened = opened
  }

  /** The object is evicted: what it holds of its sockets is worth nothing, and they stay open. */
  evict(): void {
    this.incarnation += 1
    this.ends = new Map()
  }

  host(): SocketHost {
    return {
      open: () => {
        const pipe = new Pipe()
        this.pipes.push(pipe)
        this.opened(pipe)
        // A status of 101 cannot be made outside of workerd.
        return { socket: this.end(pipe), answer: new Response(null, { status: 200 }) }
      },
      all: () =>
        this.pipes.filter((pipe) => pipe.readyState === OPEN).map((pipe) => this.end(pipe)),
    }
  }

  /** The object's end of it, as long as it is not evicted. */
  end(pipe: Pipe): Socket {
    const end = this.ends.get(pipe) ?? this.open(pipe)
    this.ends.set(pipe, end)
    return end
  }

  private open(pipe: Pipe): Socket {
    const { incarnation } = this
    const lives = (): boolean => this.incarnation === incarnation
    return {
      get readyState() {
        return lives() ? pipe.readyState : CLOSED
      },
      send(text) {
        if (!lives()) return
        pipe.unread.push(text)
        pipe.arrived()
      },
      close(code = 1005) {
        if (lives()) pipe.close(code)
      },
      serializeAttachment(value) {
        pipe.attached += 1
        pipe.attachment = structuredClone(value)
      },
      deserializeAttachment: () => structuredClone(pipe.attachment),
    }
  }
}
