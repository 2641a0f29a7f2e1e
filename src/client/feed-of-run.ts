import type { RunEvent } from '../protocol/events.ts'
import { isExpired } from './api-error.ts'
import { ConnectionLife } from './connection-life.ts'
import type { Connection, Feed, FeedItem, FeedStart, Transport } from './feed.ts'
import { FirstLook } from './first-look.ts'
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

const over: Ending = { kind: 'terminal' }

class Following {
  readonly #line: Line
  readonly #signal: AbortSignal
  readonly #tokens: Tokens
  readonly #look: FirstLook
  #standing: Standing
  /** The last line of the log that was shown. */
  #logged = 0
  /** The last event was shown. */
  #isOver = false
  /** Whoever reads was told that it is live, and nothing else since. */
  #isLive = false
  /** Of the connection at hand: it said something; the server asked it to come back later. */
  #lived = false
  #put_off = false
  #life: ConnectionLife | undefined

  constructor(line: Line, { cursor, signal }: FeedStart) {
    this.#line = line
    this.#signal = signal
    this.#tokens = new Tokens(line.token)
    const found = () => this.#life?.leave('overtaken')
    const { look_ms } = line.timing
    this.#look = new FirstLook(signal, { poll: line.connects.poll, look_ms, found })
    const choice = firstChoice(line.transport)
    this.#standing = { cursor, choice, failures: 0 }
  }

  async *items(): AsyncGenerator<FeedItem, void> {
    try {
      yield { status: 'connecting' }
      yield* this.#follow()
    } finally {
      this.#look.end()
    }
  }

  async *#follow(): AsyncGenerator<FeedItem, void> {
    while (!this.#signal.aborted) {
      const ending = this.#isOver ? over : yield* this.#connect()
      yield* this.#showLook()
      if (this.#signal.aborted) return
      const step = this.#decide(this.#isOver ? over : ending)
      if (step.kind !== 'on') yield* this.#tell(step.connection)
      if (step.kind === 'stop') return
      this.#standing = step.standing
      if (step.kind === 'later') yield* this.#pause(step.connection.retry_ms)
    }
  }

  #decide(ending: Ending): Step {
    const { connects, timing } = this.#line
    const error = ending.kind === 'refused' && ending.error.status === 401 && ending.error
    const renewal = error ? this.#tokens.refuse(isExpired(error)) : undefined
    const streams: Transport[] = connects.socket ? ['sse', 'socket'] : ['sse']
    const chance = { ...timing, streams, now: Date.now(), random: Math.random() }
    const past = { ending, renewal, lived: this.#lived, put_off: this.#put_off }
    return nextStep(this.#standing, past, chance)
  }

  /** One connection, from the asking for a token to its end. */
  async *#connect(): AsyncGenerator<FeedItem, Ending> {
    this.#lived = this.#put_off = false
    const life = (this.#life = new ConnectionLife(this.#signal))
    try {
      const token = yield* this.#token(life)
      for await (const said of this.#open(life, token)) {
        if (life.left) break
        if ('kind' in said && said.kind !== 'alive') return said
        if (!this.#lived) yield* this.#live()
        if ('event' in said) yield* this.#show(said)
        if (this.#isOver) break
      }
      return { kind: life.left ?? 'closed' }
    } catch (error) {
      return life.left ? { kind: life.left } : { kind: 'failed', error }
    } finally {
      this.#look.pause()
      life.end()
    }
  }

  /** Whoever believes it live is told where its token takes long to come. */
  async *#token({ signal }: ConnectionLife): AsyncGenerator<FeedItem, string> {
    const token = unlessAborted(this.#tokens.next(), signal)
    const first =
      this.#isLive && (await Promise.race([token, wait(this.#line.timing.look_ms, signal)]))
    if (first === undefined) yield* this.#tell({ status: 'reconnecting', retry_ms: 0 })
    return token
  }

  *#live(): Generator<FeedItem, void> {
    this.#lived = true
    this.#tokens.took()
    this.#look.end()
    yield* this.#tell({ status: 'live', transport: this.#standing.choice.transport })
  }

  *#tell(connection: Connection): Generator<FeedItem, void> {
    this.#isLive = connection.status === 'live'
    yield connection
  }

  *#show(said: RunEvent): Generator<FeedItem, void> {
    const event = unrepeated(this.#logged, said)
    if (!event) return
    if (event.event === 'log') this.#logged = lastLine(event)
    this.#standing = { ...this.#standing, cursor: cursorAfter(this.#standing.cursor, event) }
    this.#isOver = isLast(event)
    yield event
  }

  *#showLook(): Generator<FeedItem, void> {
    for (const event of this.#look.take()) yield* this.#show(event)
  }

  /** What the first look finds meanwhile is shown at once; the pause is as long as it was to be. */
  async *#pause(ms: number): AsyncGenerator<FeedItem, void> {
    const end = Date.now() + ms
    await wait(ms, this.#look.signal)
    yield* this.#showLook()
    if (!this.#isOver) await wait(end - Date.now(), this.#signal)
  }

  #open(life: ConnectionLife, token: string): AsyncIterable<Said> {
    const { choice, cursor } = this.#standing
    const { connects, timing } = this.#line
    if (choice.kind === 'polling') life.leaveIn(choice.up_at - Date.now())
    const connect = connects[choice.transport] ?? connects.sse
    const { signal, heard } = life
    const retry = (retry_ms: number) => {
      this.#put_off = true
      this.#standing = { ...this.#standing, retry_ms }
    }
    const opening = { cursor, token, signal, heard, retry }
    if (choice.kind === 'on') this.#look.beside(opening)
    const isTry = choice.kind === 'trying' || this.#look.isAnswered
    const first_ms = isTry ? timing.try_ms : timing.first_byte_ms
    return life.listen(connect(opening), first_ms, timing.silence_ms)
  }
}
