import type { Message } from '../../src/protocol/messages.ts'
import { ConsumerLifetime } from './consumer-lifetime.ts'
import type { Moment, Injection } from './fault-injector.ts'
import { FaultInjector } from './fault-injector.ts'
import { deliver } from './manual-queues.ts'
import type { Kind } from './manual-run.ts'
import { ManualRun, kinds } from './manual-run.ts'

const FLIGHT_JOBS = 13
export const every: readonly Kind[] = [...kinds, 'archive']

/** A run in which one fault happens once. Everything else works. */
export class SweptRun extends ManualRun {
  private readonly injector: FaultInjector
  private owing: readonly Kind[] = kinds

  constructor(injection: Injection) {
    super()
    this.injector = new FaultInjector(injection)
  }

  /** Starts the run. A client that gets no answer sends the start again. */
  async begin(boards: readonly number[]): Promise<void> {
    const start = async () => {
      await this.start(boards, FLIGHT_JOBS)
      await this.asked(() => this.injector.fired)
    }
    try {
      await this.during('start', start)
    } catch {
      await start()
    }
  }

  /** Lets the run go on until it owes nothing of these kinds. */
  async live(owing: readonly Kind[] = kinds): Promise<void> {
    this.owing = owing
    await this.rest((messages) => this.work(messages), { owing, wake: () => this.ring() })
  }

  /** The failpoint of the fault. Undefined if it was never reached. */
  get faultAt(): Injection['point'] | undefined {
    return this.injector.fired ? this.injector.injection.point : undefined
  }

  private async work(messages: readonly Message[]): Promise<void> {
    for (const kind of every) {
      const batch = messages.filter((message) => message.kind === kind)
      if (batch.length > 0 && !(await this.isLost(batch))) await this.hand(kind, batch)
    }
  }

  /** Delivers one batch to one consumer. */
  private async hand(kind: Kind, batch: readonly Message[]): Promise<void> {
    const lifetime = new ConsumerLifetime()
    const handing = () => Promise.race([deliver(batch, { RUNS: lifetime.runs }), lifetime.ended])
    // The last checkpoint is the most interesting one, so earlier ones are delivered without a fault.
    const early = kind === 'checkpoint' && !(await this.isOver())
    if (early) await handing()
    else await this.during(kind, handing, lifetime)
    const comesAgain = this.injector.injection.fault === 'dies, and its messages come again'
    if (lifetime.isOver && comesAgain) await deliver(batch)
  }

  /**
   * Removes the message that the alarm must send again, or claims its flight, so that the alarm has the
   * work of the injected fault.
   */
  private async isLost([message]: readonly Message[]): Promise<boolean> {
    const { fired, injection } = this.injector
    if (fired || message === undefined) return false
    if (injection.moment !== `alarm for its ${message.kind}`) return false
    // Only an alarm sends an archive.
    if (message.kind === 'archive') return false
    if (message.kind === 'checkpoint') return this.isOver()
    if (message.kind === 'flight') await this.run.claim(message)
    return true
  }

  private async ring(): Promise<void> {
    const { moment } = this.injector.injection
    const mine = this.owing.some((kind) => moment === `alarm for its ${kind}`)
    try {
      await (mine ? this.during(moment, () => this.wake()) : this.wake())
    } catch {
      // The alarm's object has ended. The platform fires that alarm again.
    }
  }

  private during<T>(
    moment: Moment,
    work: () => Promise<T>,
    lifetime = new ConsumerLifetime(),
  ): Promise<T> {
    return this.injector.during(moment, { run: () => this.run, lifetime }, work)
  }
}
