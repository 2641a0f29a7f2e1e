import { DatabaseAway } from './database.ts'
import { type Disk, StoreFailed } from './disk.ts'

/** A call of the object or of Postgres. It takes effect when it arrives, which may be late, never or twice. */
export type Call = {
  readonly to: 'object' | 'database' | 'clock'
  readonly arrive: () => void
  /** The earliest time of its arrival, in milliseconds since 1970. */
  readonly due?: number
}

/**
 * The calls of a consumer or a client, one after the other. At each call a crash may come, and any time may
 * pass.
 */
export type Work = Generator<Call, void, void>

/** The object did not answer. It may have done the work. */
export class Unanswered extends Error {}

/** Goes on after a time. */
export function* sleep(ms: number): Generator<Call, void, void> {
  yield { to: 'clock', arrive: () => {}, due: Date.now() + ms }
}

/** Makes a call, and goes on with the answer. */
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

/** A call on its way. It arrives even if nobody waits for it any more. */
export type Sent = { readonly call: Call; readonly process: Process | undefined }

/** All calls that have not arrived yet, in any order. */
export class Wire {
  sent: Sent[] = []
  private readonly disk: Disk

  constructor(disk: Disk) {
    this.disk = disk
  }

  /**
   * `over` is told whether the consumer's message is acknowledged, or comes again because the consumer
   * died.
   */
  start(work: Work, over: Process['over'] = () => {}): void {
    const process = { work, over, alive: true }
    this.goOn(process, () => work.next())
  }

  /** Takes a call that may arrive now, optionally one to Postgres. */
  take(pick: number, to?: 'database'): Sent | undefined {
    const ready = this.sent.filter(
      ({ call }) => (call.due ?? 0) <= Date.now() && (to === undefined || call.to === to),
    )
    const taken = ready[pick % Math.max(1, ready.length)]
    this.sent = this.sent.filter((sent) => sent !== taken)
    return taken
  }

  /** The earliest time at which a call may arrive. Undefined if there is no call. */
  get due(): number | undefined {
    if (this.sent.length === 0) return undefined
    return Math.min(...this.sent.map(({ call }) => call.due ?? 0))
  }

  /** Lets a call arrive. With `answered` false its answer is lost. */
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

  /** Loses a call, which never arrives. */
  lose({ call, process }: Sent): void {
    this.fail(process, call)
  }

  /** Lets a call arrive once more, at any later time. */
  double({ call }: Sent): void {
    this.sent.push({ call, process: undefined })
  }

  /** Delays a call. Its caller may have lost the lease by then. */
  delay({ call, process }: Sent, ms: number): void {
    this.sent.push({ call: { ...call, due: Date.now() + ms }, process })
  }

  /** Ends the caller. The call still arrives. */
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
      // The message of a consumer that throws is acknowledged. The object still owes its work, and sends
      // it again.
      if (!(error instanceof Unanswered)) throw error
      this.end(process, 'acknowledged')
    }
  }

  private end(process: Process, how: 'acknowledged' | 'died'): void {
    if (process.alive) process.over(how)
    process.alive = false
  }
}
