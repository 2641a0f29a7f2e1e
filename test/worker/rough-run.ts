import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'

import { RunObject } from '../../src/index.ts'
import { GroupKey } from '../../src/protocol/ids.ts'
import type { Message } from '../../src/protocol/messages.ts'
import type { Follower } from './follower.ts'
import { deliver, deliverTo, HandQueues } from './hand-queues.ts'
import type { Stub } from './object.ts'
import { newRunId, settings, startOf, stubOf } from './object.ts'
import { company, newOwner } from './parts.ts'

/** Where nobody speaks Neon's protocol. */
const AWAY = { NEON_ENDPOINT: `${env.EGRESS_ALLOW}/sql` }

const kinds = ['plan', 'flight', 'checkpoint'] as const

/**
 * A run whose messages are dropped, doubled and late, whose reports are lost, whose Postgres goes
 * away, whose leases run out and whose object ends; in the same order for the same seed.
 */
export class RoughRun {
  readonly owner = newOwner()
  readonly run_id = newRunId()
  private readonly seen: Message[] = []
  private readonly queues = new HandQueues()
  private readonly random: () => number

  constructor(seed: number) {
    this.random = randomOf(seed)
  }

  get run(): Stub {
    return stubOf(this.run_id)
  }

  async start(boards: readonly number[]): Promise<void> {
    const { owner } = this
    const groups = boards.map(company).map((one) => ({
      key: GroupKey.parse(one.slug),
      input: JSON.stringify(one),
    }))
    await this.run.create({ ...startOf(this.run_id), owner, flight_jobs: 7, groups })
  }

  async isOver(): Promise<boolean> {
    const view = await this.run.view({ owner: this.owner })
    return view?.ended_at !== undefined
  }

  /** One thing that happens. */
  async step(follower: Follower): Promise<void> {
    const lot = this.random()
    if (lot < 0.05) await follower.without(() => abortAllDurableObjects())
    else if (lot < 0.1) await follower.without(() => this.evict())
    else if (lot < 0.2) await follower.cut()
    else if (lot < 0.4) await this.pass(this.random() * 1.5 * settings.lease_ms)
    else await this.work({ away: lot > 0.9 })
  }

  /** Nothing goes wrong any more. */
  async calm(): Promise<void> {
    for (const kind of kinds) {
      const messages = this.queues.takeNow(kind)
      if (messages.length > 0) await deliver(messages)
    }
    await this.pass(settings.unclaimed_max_ms)
  }

  private async evict(): Promise<void> {
    // Only what runs can be evicted.
    await this.isOver()
    await evictDurableObject(this.run)
  }

  private async work({ away }: { away: boolean }): Promise<void> {
    const messages = kinds.flatMap((kind): Message[] => this.queues.takeNow(kind))
    this.seen.push(...messages)
    for (const message of messages) {
      const fate = this.random()
      if (fate < 0.15) continue
      const old = this.seen[Math.floor(this.random() * this.seen.length)] ?? message
      const crash = fate < 0.3 ? this.crash() : undefined
      if (fate > 0.9) await deliverTo('runcast-dead-letters', [old])
      const twice = fate > 0.7 ? deliver([old]) : undefined
      await Promise.all([deliver([message], away ? AWAY : {}), twice])
      crash?.mockRestore()
    }
  }

  /** The object takes a report, or does not; in neither case does its worker hear of it. */
  private crash() {
    const taken = this.random() < 0.5
    const report: unknown = Reflect.get(RunObject.prototype, 'report')
    return vi.spyOn(RunObject.prototype, 'report').mockImplementation(async function (
      this: RunObject,
      request,
    ) {
      if (taken && typeof report === 'function') await Reflect.apply(report, this, [request])
      return { kind: 'gone' }
    })
  }

  private async pass(ms: number): Promise<void> {
    vi.setSystemTime(Date.now() + ms)
    await runDurableObjectAlarm(this.run)
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
