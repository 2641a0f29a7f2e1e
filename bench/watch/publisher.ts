import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { BenchFailure } from '../failure.ts'
import { now } from './watcher.ts'
import { changesOf, type Driven, externalId, GROUP, steps, titleOf } from './workload.ts'
import type { Workload } from './workload.ts'

const LEAD_MS = 200
const ANSWERS_MS = 45_000

/** The protocol by which a peer is told of an event, as text over a socket. */
type Language = {
  readonly port: number
  encode(event: string, data: string): string
  /** Each match confirms one event. */
  readonly taken: RegExp
}

/**
 * Tells a peer of one change after the other, as the workers of the earlier design did. Does not wait for
 * the answers, so that a slow peer gets the changes at the same rate.
 */
export class Publisher {
  private readonly language: Language
  private readonly socket: Socket
  private sent = 0
  private answered = 0

  constructor(language: Language) {
    this.language = language
    this.socket = connect({ host: '127.0.0.1', port: language.port, noDelay: true })
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.answered += text.match(language.taken)?.length ?? 0
    })
  }

  publish(event: string, data: string): void {
    this.sent += 1
    this.socket.write(this.language.encode(event, data))
  }

  async drive(workload: Workload): Promise<Driven> {
    const began = now() + LEAD_MS
    const made: number[] = []
    for (const { job, step, at_ms } of changesOf(workload)) {
      const wait = began + at_ms - now()
      if (wait > 0) await delay(wait)
      made.push(now())
      this.publish('update', JSON.stringify({ [GROUP]: { [externalId(job)]: steps[step] } }))
    }
    this.publish('status', 'finished')
    await this.untilTaken()
    this.socket.destroy()
    return { began, made, told: made }
  }

  /** Resolves when the peer has confirmed everything. */
  async untilTaken(): Promise<void> {
    const signal = AbortSignal.timeout(ANSWERS_MS)
    try {
      while (this.answered < this.sent) await once(this.socket, 'data', { signal })
    } catch (error) {
      const { answered, sent } = this
      throw new BenchFailure(`a peer took ${answered} of ${sent} messages`, { cause: error })
    }
  }
}

/** The data of an `all_jobs` event before the first change. */
export function listingOf({ jobs }: Workload): string {
  const entries = Array.from({ length: jobs }, (_, job) => ({
    external_id: externalId(job),
    title: titleOf(job),
    status: 'pending',
  }))
  return JSON.stringify({ [GROUP]: entries })
}
