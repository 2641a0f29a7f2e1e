import type { Message } from '../../src/protocol/messages.ts'
import { deliver } from './hand-queues.ts'
import type { Kind } from './hand-run.ts'
import { HandRun, kinds } from './hand-run.ts'
import { Life } from './life.ts'
import type { Moment, Strike } from './strike.ts'
import { Striker } from './strike.ts'

const FLIGHT_JOBS = 13
export const every: readonly Kind[] = [...kinds, 'archive']

/** A run in which one thing goes wrong, once; all else goes by itself. */
export class SweptRun extends HandRun {
  private readonly striker: Striker
  private owing: readonly Kind[] = kinds

  constructor(strike: Strike) {
    super()
    this.striker = new Striker(strike)
  }

  /** A client that got no answer asks once more. */
  async begin(boards: readonly number[]): Promise<void> {
    const start = () => this.start(boards, FLIGHT_JOBS)
    try {
      await this.during('start', start)
    } catch {
      await start()
    }
  }

  /** To where it owes nothing of these. */
  async live(owing: readonly Kind[] = kinds): Promise<void> {
    this.owing = owing
    await this.rest((messages) => this.work(messages), { owing, wake: () => this.ring() })
  }

  /** Where it struck; undefined: that point was never reached. */
  get struckAt(): Strike['point'] | undefined {
    return this.striker.fired ? this.striker.strike.point : undefined
  }

  private async work(messages: readonly Message[]): Promise<void> {
    for (const kind of every) {
      const batch = messages.filter((message) => message.kind === kind)
      if (batch.length > 0 && !(await this.isLost(batch))) await this.hand(kind, batch)
    }
  }

  /** One batch to one consumer. */
  private async hand(kind: Kind, batch: readonly Message[]): Promise<void> {
    const life = new Life()
    const handing = () => Promise.race([deliver(batch, { RUNS: life.runs }), life.ended])
    // Of the checkpoints the last says most.
    const early = kind === 'checkpoint' && !(await this.isOver())
    if (early) await handing()
    else await this.during(kind, handing, life)
    const comesAgain = this.striker.strike.fault === 'dies, and its messages come again'
    if (life.isOver && comesAgain) await deliver(batch)
  }

  /** Takes away what the alarm is to be about: a message, or the one that claimed its flight. */
  private async isLost([message]: readonly Message[]): Promise<boolean> {
    const { fired, strike } = this.striker
    if (fired || message === undefined) return false
    if (strike.moment !== `alarm for its ${message.kind}`) return false
    // Only an alarm ever sends it.
    if (message.kind === 'archive') return false
    if (message.kind === 'checkpoint') return this.isOver()
    if (message.kind === 'flight') await this.run.claim(message)
    return true
  }

  private async ring(): Promise<void> {
    const { moment } = this.striker.strike
    const mine = this.owing.some((kind) => moment === `alarm for its ${kind}`)
    try {
      await (mine ? this.during(moment, () => this.wake()) : this.wake())
    } catch {
      // The platform tries an alarm again that ended with its object.
    }
  }

  private during<T>(moment: Moment, work: () => Promise<T>, life = new Life()): Promise<T> {
    return this.striker.during(moment, { run: () => this.run, life }, work)
  }
}
