import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test'
import { vi } from 'vitest'

import { RunObject } from '../../src/index.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { AWAY, HASTY } from './away.ts'
import type { Follower } from './follower.ts'
import { deliver, deliverTo } from './manual-queues.ts'
import { ManualRun, kinds } from './manual-run.ts'
import { settings } from './object.ts'

/**
 * A run whose messages are lost, doubled and late, whose reports are lost, whose Postgres goes away, whose
 * leases expire and whose object ends. The same seed gives the same order.
 */
export class FaultyRun extends ManualRun {
  private readonly seen: Message[] = []
  private readonly random: () => number

  constructor(seed: number) {
    super()
    this.random = randomOf(seed)
  }

  /** Makes one random thing happen. */
  async step(follower: Follower): Promise<void> {
    const lot = this.random()
    if (lot < 0.05) await follower.without(() => abortAllDurableObjects())
    else if (lot < 0.1) await follower.without(() => this.evict())
    else if (lot < 0.2) await follower.cut()
    else if (lot < 0.4) await this.pass(this.random() * 1.5 * settings.lease_ms)
    else await this.work({ away: lot > 0.9 })
  }

  /** Ends all troubles, and lets the run go on. */
  async calm(): Promise<void> {
    for (const kind of kinds) {
      const messages = this.queues.takeNow(kind)
      if (messages.length > 0) await deliver(messages, HASTY)
    }
    await this.pass(settings.unclaimed_max_ms)
  }

  private async evict(): Promise<void> {
    // Only an object that runs can be evicted, so this calls it first.
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
      const twice = fate > 0.7 ? deliver([old], HASTY) : undefined
      await Promise.all([deliver([message], away ? AWAY : HASTY), twice])
      crash?.mockRestore()
    }
  }

  /** The object takes a report or does not take it. The worker gets no answer in either case. */
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
}

/** Returns numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
