import { Crowded } from '../../src/protocol/crowded.ts'
import { RunEvent } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { RunDeleted } from '../../src/protocol/run-deleted.ts'
import { TokenExpired } from '../../src/protocol/token-expired.ts'
import type { Stub } from './object.ts'
import { alice } from './object.ts'

type Knock = {
  readonly cursor?: string | undefined
  readonly token_id?: string
  readonly until?: number
  readonly query?: string
}

/** Opens a socket at a run's object, as the Worker does. */
export function connectSocket(run: Stub, ask: Knock = {}): Promise<Response> {
  const headers = new Headers({ 'x-runcast-owner': alice, upgrade: 'websocket' })
  if (ask.cursor !== undefined) headers.set('last-event-id', ask.cursor)
  if (ask.token_id !== undefined) headers.set('x-runcast-token', ask.token_id)
  if (ask.until !== undefined) headers.set('x-runcast-until', String(ask.until))
  return run.fetch(`https://run/socket${ask.query ?? ''}`, { headers })
}

/** A socket's client. It reads and folds event by event, and acknowledges when the test says so. */
export class SocketWatcher {
  readonly events: RunEvent[] = []
  state: WatchedRun = unwatched
  cursor: string | undefined
  /** True when the server has said that its token has expired. */
  expired = false
  /** True when the server has said that there is no place for it. */
  crowded = false
  /** True when the server has said that the run was deleted. */
  deleted = false
  /** The messages that are no events. */
  readonly words: string[] = []
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>
  private readonly socket: WebSocket
  private readonly unread: RunEvent[] = []
  private arrived = Promise.withResolvers<void>()
  private isClosed = false

  constructor({ status, webSocket }: Response) {
    if (webSocket === null) throw new Error(`no socket came with the answer ${status}`)
    this.socket = webSocket
    this.closed = new Promise((resolve) => {
      webSocket.addEventListener('close', ({ code }) => {
        this.isClosed = true
        this.wake()
        resolve(code)
      })
    })
    webSocket.addEventListener('message', ({ data }) => this.take(String(data)))
    webSocket.accept()
  }

  /** Returns the next event, or undefined after the close. Events from before the close come first. */
  async next(): Promise<RunEvent | undefined> {
    for (;;) {
      const event = this.unread.shift()
      if (event !== undefined) return this.read(event)
      if (this.isClosed) return undefined
      await this.arrived.promise
    }
  }

  async until(wanted: (event: RunEvent) => boolean): Promise<RunEvent> {
    for (;;) {
      const event = await this.next()
      if (event === undefined) throw new Error('the socket was closed before the awaited event')
      if (wanted(event)) return event
    }
  }

  /** Reads up to the close, and acknowledges each cursor. */
  async drain(): Promise<this> {
    for (let event = await this.next(); event !== undefined; event = await this.next()) {
      if (event.id !== undefined && !this.isClosed) this.ack()
    }
    return this
  }

  ack(cursor = this.cursor): void {
    this.say(JSON.stringify({ ack: cursor }))
  }

  say(message: string | ArrayBuffer): void {
    this.socket.send(message)
  }

  /** Sends a word, and waits for the word that answers it. */
  async ask(word: string): Promise<string | undefined> {
    const { length } = this.words
    this.say(word)
    while (this.words.length === length && !this.isClosed) await this.arrived.promise
    return this.words[length]
  }

  close(): void {
    if (!this.isClosed) this.socket.close(1000)
  }

  /** The names of the events, without `progress`. */
  get names(): string[] {
    return this.events.map(({ event }) => event).filter((event) => event !== 'progress')
  }

  private take(text: string): void {
    const said: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
    if (said === undefined) this.words.push(text)
    else if (TokenExpired.safeParse(said).success) this.expired = true
    else if (Crowded.safeParse(said).success) this.crowded = true
    else if (RunDeleted.safeParse(said).success) this.deleted = true
    else this.unread.push(RunEvent.parse(said))
    this.wake()
  }

  private wake(): void {
    this.arrived.resolve()
    this.arrived = Promise.withResolvers()
  }

  private read(event: RunEvent): RunEvent {
    this.events.push(event)
    this.state = fold(this.state, event)
    this.cursor = event.id ?? this.cursor
    return event
  }
}
