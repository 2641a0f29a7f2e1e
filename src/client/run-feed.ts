import type { RunEvent } from '../protocol/events.ts'
import { type Connect, type ConnectionItem, ConnectionLife } from './connection.ts'
import {
  type Connection,
  cursorAfter,
  type Feed,
  type FeedItem,
  type FeedStart,
  isTerminalEvent,
  lastLineOf,
  type Transport,
  withoutKnownLines,
} from './feed.ts'
import { FirstLook } from './first-look.ts'
import {
  type ConnectionPlan,
  decideReconnect,
  type ReconnectDecision,
  type ReconnectRules,
} from './reconnect.ts'
import { untilAborted } from './signals.ts'
import { wait } from './timer.ts'
import type { Timing } from './timing.ts'
import { Tokens, type TokenSource } from './token.ts'
import { firstChoice, isTry, restAfterMs } from './transport-choice.ts'

export type RunFeedOptions = {
  /** How a connection is made by each transport. `socket` is absent where there is no WebSocket. */
  readonly transports: { readonly sse: Connect; readonly socket?: Connect; readonly poll: Connect }
  readonly transport: 'auto' | Transport
  readonly token: TokenSource
  readonly timing: Timing
}

/** Follows a run over one connection after another, until its round ends or the server refuses for good. */
export function runFeed(options: RunFeedOptions): Feed {
  return (start) => new RunFeed(options, start).items()
}

class RunFeed {
  readonly #options: RunFeedOptions
  readonly #signal: AbortSignal
  readonly #tokens: Tokens
  readonly #look: FirstLook
  #plan: ConnectionPlan
  /** The number of the last log line that was passed on. */
  #last_line = 0
  /** The round's last event was passed on. */
  #isOver = false
  /** The last connection status that was passed on was `live`. */
  #isLive = false
  #life: ConnectionLife | undefined

  constructor(options: RunFeedOptions, { cursor, signal }: FeedStart) {
    const { transports, transport, token, timing } = options
    this.#options = options
    this.#signal = signal
    this.#tokens = new Tokens(token)
    const onAnswer = () => this.#life?.leave({ kind: 'overtaken' })
    this.#look = new FirstLook(signal, { poll: transports.poll, look_ms: timing.look_ms, onAnswer })
    this.#plan = { cursor, choice: firstChoice(transport), failures: 0 }
  }

  async *items(): AsyncGenerator<FeedItem, void> {
    try {
      yield { status: 'connecting' }
      while (!this.#isOver && !this.#signal.aborted) {
        const life = yield* this.#connect()
        yield* this.#showLook()
        if (this.#isOver || this.#signal.aborted) break
        const decision = this.#decide(life)
        if (decision.kind !== 'now') yield* this.#tell(decision.connection)
        if (decision.kind === 'stop') return
        this.#plan = decision.plan
        if (decision.kind === 'later') yield* this.#pause(decision.connection.retry_ms)
      }
      if (!this.#signal.aborted) yield* this.#tell({ status: 'ended' })
    } finally {
      this.#look.end()
    }
  }

  #decide({ end = { kind: 'closed' }, lived, retry_ms }: ConnectionLife): ReconnectDecision {
    const renewal = end.kind === 'refused' ? this.#tokens.refuse(end.error) : undefined
    return decideReconnect(this.#plan, { end, lived, retry_ms, renewal }, this.#rules)
  }

  get #rules(): ReconnectRules {
    const { transports, timing } = this.#options
    const streams: Transport[] = transports.socket ? ['sse', 'socket'] : ['sse']
    return { ...timing, streams, now: Date.now(), random: Math.random() }
  }

  /** One connection, from the request for a token to its end. */
  async *#connect(): AsyncGenerator<FeedItem, ConnectionLife> {
    const life = (this.#life = new ConnectionLife(this.#signal, this.#options.timing.silence_ms))
    try {
      const token = yield* this.#token(life)
      for await (const item of this.#open(life, token)) {
        if (life.end) break
        if ('kind' in item && item.kind !== 'alive') {
          life.end = item
          break
        }
        if (!life.lived) yield* this.#goLive(life)
        if ('event' in item) {
          this.#noteMove(life, item)
          yield* this.#show(item)
        }
        if (this.#isOver) break
      }
    } catch (error) {
      life.end ??= { kind: 'failed', error }
    } finally {
      this.#look.pause()
      life.abort()
    }
    return life
  }

  /** Waits for a token. When it takes long, the status changes from `live` to `reconnecting`. */
  async *#token({ signal }: ConnectionLife): AsyncGenerator<FeedItem, string> {
    const token = this.#tokens.next()
    const { look_ms } = this.#options.timing
    const first = this.#isLive && (await Promise.race([token, wait(look_ms, signal)]))
    if (first === undefined) yield* this.#tell({ status: 'reconnecting', retry_ms: 0 })
    await Promise.race([token, untilAborted(signal)])
    signal.throwIfAborted()
    return token
  }

  /** Makes the connection that is planned. */
  #open(life: ConnectionLife, token: string): AsyncIterable<ConnectionItem> {
    const { choice, cursor } = this.#plan
    const { transports, timing } = this.#options
    if (choice.kind === 'polling') life.leaveAfter(choice.up_at - Date.now())
    const connect = transports[choice.transport] ?? transports.sse
    const options = { ...life.options, cursor, token }
    if (choice.kind === 'best') this.#look.begin(options)
    const isShown = isTry(choice) || this.#look.isAnswered
    return life.limit(connect(options), isShown ? timing.try_ms : timing.first_byte_ms)
  }

  /** A stream is left when the run has stood still for a while, and the socket in its place when the run moves. */
  #noteMove(life: ConnectionLife, { event, id }: RunEvent): void {
    const { choice, cursor } = this.#plan
    const rest_ms = restAfterMs(choice, this.#rules)
    // A run that stands still sends its progress all the same.
    if (rest_ms && event !== 'progress') life.leaveAfter(rest_ms)
    if (choice.kind === 'resting' && id !== undefined && id !== cursor) life.leave({ kind: 'left' })
  }

  *#goLive(life: ConnectionLife): Generator<FeedItem, void> {
    life.lived = true
    this.#tokens.accept()
    this.#look.end()
    yield* this.#tell({ status: 'live', transport: this.#plan.choice.transport })
  }

  *#tell(connection: Connection): Generator<FeedItem, void> {
    this.#isLive = connection.status === 'live'
    yield connection
  }

  *#show(received: RunEvent): Generator<FeedItem, void> {
    const event = withoutKnownLines(this.#last_line, received)
    if (!event) return
    if (event.event === 'log') this.#last_line = lastLineOf(event)
    this.#plan = { ...this.#plan, cursor: cursorAfter(this.#plan.cursor, event) }
    this.#isOver = isTerminalEvent(event)
    yield event
  }

  *#showLook(): Generator<FeedItem, void> {
    for (const event of this.#look.take()) yield* this.#show(event)
  }

  /** Waits. If the first look is answered meanwhile, its events are passed on at once. */
  async *#pause(ms: number): AsyncGenerator<FeedItem, void> {
    const end = Date.now() + ms
    await wait(ms, this.#look.signal)
    yield* this.#showLook()
    if (!this.#isOver) await wait(end - Date.now(), this.#signal)
  }
}
