import { connect, type Socket } from 'node:net'

import { Recording } from './recording.ts'

/** The port of a stream, and the text of the request for it. */
export type Target = { readonly port: number; readonly request: string }

/** The state of a watcher's connection. `cut` means that it ended without the final state. */
export type Standing = 'open' | 'final' | 'cut'

// The last event is short: a status, and from some servers an id.
const TAIL_BYTES = 160
const FINAL = 'data: finished'

// All sockets share one buffer, because each read is copied before the next one.
const buffer = Buffer.allocUnsafe(65_536)

export function now(): number {
  return performance.timeOrigin + performance.now()
}

/** `at_once` reads whatever comes. `by_turns` reads only at a call of `turn`. */
export type Reading = 'at_once' | 'by_turns'

/** One connection to a stream, which only keeps the bytes that it reads. */
export class Watcher {
  readonly recording = new Recording()
  standing: Standing = 'open'
  /** The number of bytes that it had read when it knew all jobs. */
  listed_bytes = 0
  readonly listed: Promise<void>
  readonly ended: Promise<void>
  private readonly socket: Socket
  private readonly last_id: string
  private readonly reading: Reading
  private readonly resolveListed: () => void

  /** `last_id` is the id of the listing's last job. */
  constructor({ port, request }: Target, last_id: string, reading: Reading) {
    const listed = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    this.listed = listed.promise
    this.resolveListed = listed.resolve
    this.ended = ended.promise
    this.last_id = `"${last_id}"`
    this.reading = reading
    const read = (bytes: number): boolean => {
      this.read(buffer.subarray(0, bytes))
      // Returning false pauses the socket.
      return this.reading === 'at_once' || this.listed_bytes === 0
    }
    const onread = { buffer, callback: read }
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true, onread })
    this.socket.on('error', () => this.socket.destroy())
    this.socket.once('close', () => {
      if (this.standing === 'open') this.standing = 'cut'
      listed.resolve()
      ended.resolve()
    })
    this.socket.write(request)
  }

  /** Reads the bytes that have come, if the watcher reads by turns. */
  turn(): void {
    if (this.reading === 'by_turns' && this.standing === 'open') this.socket.resume()
  }

  close(): void {
    this.socket.destroy()
  }

  private read(piece: Buffer): void {
    this.recording.add(piece, now())
    if (this.listed_bytes === 0) this.lookForListing()
    else if (this.recording.tail(TAIL_BYTES).includes(FINAL)) {
      this.standing = 'final'
      this.close()
    }
  }

  private lookForListing(): void {
    const text = this.recording.all()
    const at = text.lastIndexOf(this.last_id)
    // An event ends with an empty line.
    if (at === -1 || text.indexOf('\n\n', at) === -1) return
    this.listed_bytes = this.recording.length
    this.resolveListed()
  }
}
