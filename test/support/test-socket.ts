import type { ServerSocket } from '../../src/durable/watch/socket-sink.ts'
import type { SocketHost } from '../../src/durable/watch/sockets.ts'

const OPEN = 1
const CLOSED = 3

/** The client's end of a socket. It outlives the eviction of the object; the object's ends do not. */
export class Pipe {
  attachment: unknown = null
  /** The number of writes of its attachment. */
  attached = 0
  readyState = OPEN
  closedWith: number | undefined
  /** The messages that came and were not read yet. The network keeps them. */
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

/** Sockets as the platform gives them to an object. Both ends are in one process. */
export class TestSockets {
  readonly pipes: Pipe[] = []
  private incarnation = 0
  private ends = new Map<Pipe, ServerSocket>()
  private readonly opened: (pipe: Pipe) => void

  /** `opened` gets each client's end before anything is sent to it. */
  constructor(opened: (pipe: Pipe) => void = () => {}) {
    this.opened = opened
  }

  /** The object is evicted. Its ends are void, but the sockets stay open. */
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
        // Only workerd can make a response with the status 101.
        return { socket: this.end(pipe), answer: new Response(null, { status: 200 }) }
      },
      all: () =>
        this.pipes.filter((pipe) => pipe.readyState === OPEN).map((pipe) => this.end(pipe)),
    }
  }

  /** The object's end of a socket. It is valid until the next eviction. */
  end(pipe: Pipe): ServerSocket {
    const end = this.ends.get(pipe) ?? this.open(pipe)
    this.ends.set(pipe, end)
    return end
  }

  private open(pipe: Pipe): ServerSocket {
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
