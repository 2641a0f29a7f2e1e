import { DatabaseAway } from './database.ts'
import { type Disk, StoreFailed } from './disk.ts'

/** Something asked of the object or of Postgres: it is done when it arrives, which may be late, never or twice. */
export type Call = {
  readonly to: 'object' | 'database' | 'clock'
  readonly arrive: () => void
  /** Not before this time, in ms since 1970. */
  readonly due?: number
}

/** What a consumer or a client does: at each call a crash may lie, and any time may pass. */
export type Work = Generator<Call, void, void>

/** The object did not answer, whatever it has done. */
export class Unanswered extends Error {}

/** Goes on after a time. */
export function* sleep(ms: number): Generator<Call, void, void> {
  yield { to: 'clock', arrive: () => {}, due: Date.now() + ms }
}

/** Asks, and goes on with the answer. */
export function* ask<T>(to: Call['to'], work: () => T): Generator<Call, T, void> {
  const box: { answer?: { readonly value: T } } = {}
  yield {
    to,
    arrive() {
      box.answer = { value: work() }
    },
  }
  if (box.answer === undefined) throw new Error('it went on without an answer')
  return box.answer.value
}

type Process = {
  readonly work: Work
  readonly over: (how: 'acknowledged' | 'died') => void
  alive: boolean
}

/** A call on its way; what nobody waits for any more arrives all the same. */
export type Sent = { readonly call: Call; readonly process: Process | undefined }

/** All calls that have not arrived yet, in any order. */
export class Wire {
  sent: Sent[] = []
  private readonly disk: Disk

  constructor(disk: Disk) {
    this.disk = disk
  }

  /** `over`: whether its message is acknowledged, or comes again. */
  start(work: Work, over: Process['over'] = () => {}): void {
    const process = { work, over, alive: true }
    this.goOn(process, () => work.next())
  }

  /** One of those that may arrive by now, or of those to Postgres. */
  take(pick: number, to?: 'database'): Sent | undefined {
    const ready = this.sent.filter(
      ({ call }) => (call.due ?? 0) <= Date.now() && (to === undefined || call.to === to),
    )
    const taken = ready[pick % Math.max(1, ready.length)]
    this.sent = this.sent.filter((sent) => sent !== taken)
    return taken
  }

  /** When the first of all may arrive; undefined: there are none. */
  get due(): number | undefined {
    if (this.sent.length === 0) return undefined
    return Math.min(...this.sent.map(({ call }) => call.due ?? 0))
  }

  /** A call arrives, and is answered, unless that gets lost on its way back. */
  arrive({ call, process }: Sent, answered = true): void {
    try {
      call.arrive()
    } catch (error) {
      if (!(error instanceof DatabaseAway || error instanceof StoreFailed)) throw error
      return this.fail(process, call)
    }
    if (!answered) return this.fail(process, call)
    if (process === undefined) return
    if (call.to !== 'object') return this.goOn(process, () => process.work.next())
    this.disk.hold(
      () => this.goOn(process, () => process.work.next()),
      () => this.fail(process, call),
    )
  }

  /** It never arrives. */
  lose({ call, process }: Sent): void {
    this.fail(process, call)
  }

  /** It arrives once more, whenever that is. */
  double({ call }: Sent): void {
    this.sent.push({ call, process: undefined })
  }

  /** It takes its time, and whoever waits for it may have lost its lease by then. */
  delay({ call, process }: Sent, ms: number): void {
    this.sent.push({ call: { ...call, due: Date.now() + ms }, process })
  }

  /** Whoever waits for it dies; the call is on its way. */
  die({ call, process }: Sent): void {
    this.sent.push({ call, process: undefined })
    if (process !== undefined) this.end(process, 'died')
  }

  private fail(process: Process | undefined, { to }: Call): void {
    if (process === undefined) return
    const error = to === 'database' ? new DatabaseAway('away') : new Unanswered('no answer')
    this.goOn(process, () => process.work.throw(error))
  }

  private goOn(process: Process, resume: () => IteratorResult<Call, void>): void {
    if (!process.alive) return
    try {
      const next = resume()
      if (next.done === true) this.end(process, 'acknowledged')
      else this.sent.push({ call: next.value, process })
    } catch (error) {
      // A consumer that throws has its message acknowledged: what it stood for is owed.
      if (!(error instanceof Unanswered)) throw error
      this.end(process, 'acknowledged')
    }
  }

  private end(process: Process, how: 'acknowledged' | 'died'): void {
    if (process.alive) process.over(how)
    process.alive = false
  }
}
