import { isTerminalRun } from '../protocol/terminal.ts'
import { unhurt } from './backoff.ts'
import { ConnectionLife } from './connection-life.ts'
import type { Feed, FeedItem, FeedStart, Transport } from './feed.ts'
import { lastLine, unrepeated } from './log-position.ts'
import { type Chance, nextStep, type Standing, type Step } from './next-step.ts'
import { cursorAfter } from './position.ts'
import type { Timing } from './timing.ts'
import { NoToken, Tokens, type TokenSource } from './token.ts'
import { firstChoice, transportOf } from './transport-choice.ts'
import type { Connect, Ending, Said } from './transports/connect.ts'
import { unlessAborted, wait } from './wait.ts'

/** What a feed is made over: the ways to connect, and which of them is wished for. */
export type Line = {
  readonly connects: { readonly sse: Connect; readonly socket?: Connect; readonly poll: Connect }
  readonly transport: 'auto' | Transport
  readonly token: TokenSource
  readonly timing: Timing
}

/** A run, followed over as many connections as it takes, until its end or a final refusal. */
export function feedOfRun(line: Line): Feed {
  return (start) => new Following(line, start).items()
}

function chanceOf({ connects, timing }: Line): Chance {
  const streams = connects.socket ? (['sse', 'socket'] as const) : (['sse'] as const)
  const ladder = { ...timing, streams }
  return { now: Date.now(), random: Math.random(), ladder, range: timing }
}

class Following {
  readonly #line: Line
  readonly #signal: AbortSignal
  readonly #tokens: Tokens
  #standing: Standing
  /** The last line of the log that was shown. */
  #logged = 0
  /** Of this connection: it said something, and the server asked to come back later. */
  #lived = false
  #put_off = false

  constructor(line: Line, { cursor, signal }: FeedStart) {
    this.#line = line
    this.#signal = signal
    this.#tokens = new Tokens(line.token)
    this.#standing = { cursor, choice: firstChoice(line.transport), backoff: unhurt }
  }

  async *items(): AsyncGenerator<FeedItem, void> {
    yield { kind: 'connection', connection: { status: 'connecting' } }
    while (!this.#signal.aborted) {
      const ending = yield* this.#connect()
      if (this.#signal.aborted) return
      const step = this.#decide(ending)
      if (step.kind === 'stop') return yield { kind: 'connection', connection: step.connection }
      this.#standing = step.standing
      if (step.kind === 'on') continue
      const { wait_ms: retry_ms, error } = step
      const why = error === undefined ? {} : { error }
      yield { kind: 'connection', connection: { status: 'reconnecting', retry_ms, ...why } }
      await wait(retry_ms, this.#signal)
    }
  }

  #decide(ending: Ending): Step {
    if ('error' in ending && ending.error instanceof NoToken)
      return { kind: 'stop', connection: { status: 'failed', error: ending.error } }
    const refused = ending.kind === 'refused' && ending.error.status === 401
    const past = {
      ending,
      lived: this.#lived,
      put_off: this.#put_off,
      renewable: refused && this.#tokens.refuse(),
    }
    return nextStep(this.#standing, past, chanceOf(this.#line))
  }

  /** One connection, from the asking for a token to its end. */
  async *#connect(): AsyncGenerator<FeedItem, Ending> {
    this.#lived = this.#put_off = false
    const life = new ConnectionLife(this.#signal)
    try {
      const token = await unlessAborted(this.#tokens.next(), life.signal)
      return yield* this.#listen(life, token)
    } catch (error) {
      return life.left ? { kind: 'left' } : { kind: 'failed', error }
    } finally {
      life.end()
    }
  }

  async *#listen(life: ConnectionLife, token: string): AsyncGenerator<FeedItem, Ending> {
    const transport = transportOf(this.#standing.choice)
    for await (const said of this.#open(life, token)) {
      if (said.kind === 'end') return said.ending
      if (!this.#lived) {
        this.#lived = true
        this.#tokens.accept()
        yield { kind: 'connection', connection: { status: 'live', transport } }
      }
      const event = said.kind === 'event' && unrepeated(this.#logged, said.event)
      if (!event) continue
      if (event.event === 'log') this.#logged = lastLine(event)
      this.#standing = { ...this.#standing, cursor: cursorAfter(this.#standing.cursor, event) }
      yield { kind: 'event', event }
      if (event.event === 'status' && isTerminalRun(event.data)) return { kind: 'terminal' }
    }
    return { kind: 'closed' }
  }

  #open(life: ConnectionLife, token: string): AsyncIterable<Said> {
    const { choice, cursor } = this.#standing
    const { connects, timing } = this.#line
    if (choice.kind === 'polling') life.leaveIn(choice.up_at - Date.now())
    const connect = connects[transportOf(choice)] ?? connects.sse
    const { signal, heard } = life
    const retry = (ms: number) => this.#putOff(ms)
    const limits = choice.kind === 'trying' ? { ...timing, first_byte_ms: timing.try_ms } : timing
    return life.listen(connect({ cursor, token, signal, heard, retry }), limits)
  }

  #putOff(retry_ms: number): void {
    this.#put_off = true
    const { backoff } = this.#standing
    this.#standing = { ...this.#standing, backoff: { ...backoff, retry_ms } }
  }
}
