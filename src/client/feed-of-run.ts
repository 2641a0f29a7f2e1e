import { ConnectionLife } from './connection-life.ts'
import type { Feed, FeedItem, FeedStart, Transport } from './feed.ts'
import { lastLine, unrepeated } from './log-position.ts'
import { nextStep, type Standing, type Step } from './next-step.ts'
import { cursorAfter, isLast } from './position.ts'
import type { Timing } from './timing.ts'
import { Tokens, type TokenSource } from './token.ts'
import { firstChoice } from './transport-choice.ts'
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

/** Of a connection that has just begun. */
const begun = { lived: false, put_off: false }

class Following {
  readonly #line: Line
  readonly #signal: AbortSignal
  readonly #tokens: Tokens
  #standing: Standing
  /** The last line of the log that was shown. */
  #logged = 0
  #past = begun

  constructor(line: Line, { cursor, signal }: FeedStart) {
    this.#line = line
    this.#signal = signal
    this.#tokens = new Tokens(line.token)
    const choice = firstChoice(line.transport)
    this.#standing = { cursor, choice, failures: 0 }
  }

  async *items(): AsyncGenerator<FeedItem, void> {
    yield { status: 'connecting' }
    while (!this.#signal.aborted) {
      const ending = yield* this.#connect()
      if (this.#signal.aborted) return
      const step = this.#decide(ending)
      if (step.kind !== 'on') yield step.connection
      if (step.kind === 'stop') return
      this.#standing = step.standing
      if (step.kind === 'later') await wait(step.connection.retry_ms, this.#signal)
    }
  }

  #decide(ending: Ending): Step {
    const { connects, timing } = this.#line
    const refused = ending.kind === 'refused' && ending.error.status === 401
    const past = { ...this.#past, ending, renewable: refused && this.#tokens.refuse() }
    const streams: Transport[] = connects.socket ? ['sse', 'socket'] : ['sse']
    const chance = { ...timing, streams, now: Date.now(), random: Math.random() }
    return nextStep(this.#standing, past, chance)
  }

  /** One connection, from the asking for a token to its end. */
  async *#connect(): AsyncGenerator<FeedItem, Ending> {
    this.#past = begun
    const life = new ConnectionLife(this.#signal)
    try {
      const token = await unlessAborted(this.#tokens.next(), life.signal)
      for await (const said of this.#open(life, token)) {
        if ('kind' in said && said.kind !== 'alive') return said
        if (!this.#past.lived) {
          this.#past = { ...this.#past, lived: true }
          this.#tokens.took()
          yield { status: 'live', transport: this.#standing.choice.transport }
        }
        const event = 'event' in said && unrepeated(this.#logged, said)
        if (!event) continue
        if (event.event === 'log') this.#logged = lastLine(event)
        this.#standing = { ...this.#standing, cursor: cursorAfter(this.#standing.cursor, event) }
        yield event
        if (isLast(event)) return { kind: 'terminal' }
      }
      return { kind: 'closed' }
    } catch (error) {
      return life.left ? { kind: 'left' } : { kind: 'failed', error }
    } finally {
      life.end()
    }
  }

  #open(life: ConnectionLife, token: string): AsyncIterable<Said> {
    const { choice, cursor } = this.#standing
    const { connects, timing } = this.#line
    if (choice.kind === 'polling') life.leaveIn(choice.up_at - Date.now())
    const connect = connects[choice.transport] ?? connects.sse
    const { signal, heard } = life
    const retry = (retry_ms: number) => {
      this.#past = { ...this.#past, put_off: true }
      this.#standing = { ...this.#standing, retry_ms }
    }
    const first_ms = choice.kind === 'trying' ? timing.try_ms : timing.first_byte_ms
    const connection = connect({ cursor, token, signal, heard, retry })
    return life.listen(connection, first_ms, timing.silence_ms)
  }
}
