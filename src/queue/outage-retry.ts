import { DatabaseUnavailable } from '../db/connect.ts'
import type { RunRpc } from '../durable/run/run-rpc.ts'
import { aborted, within } from './deadline.ts'

type OutageLimits = {
  /** How long a statement may wait for Postgres, in milliseconds. */
  readonly hold_ms: number
  /** Aborted when nobody waits for the statement's answer any more. */
  readonly signal: AbortSignal
  readonly run: () => RunRpc
  /** Called when the object could not be told of the outage. The next failed try tells it again. */
  readonly failed: (error: unknown) => void
}

/**
 * Repeats statements through an outage of Postgres, so that a worker does not repeat its work. Only the run's
 * object probes Postgres; a statement is repeated once the object says that Postgres is back (DB-3). Every
 * statement may be repeated, also one that took effect (JOB-4).
 */
export class OutageRetry {
  private readonly limits: OutageLimits
  /** Resolves when the object says that Postgres is back. Null while no outage is known. */
  private back: PromiseWithResolvers<void> | null = null
  /** When the present wait began, and how long earlier waits took together, in milliseconds. */
  private since: number | null = null
  private before_ms = 0

  constructor(limits: OutageLimits) {
    this.limits = limits
  }

  /** Takes from the object's answer to a renewal or a report whether Postgres can be reached. */
  heard({ away = false }: { readonly away?: boolean }): void {
    if (away) return this.wait()
    this.back?.resolve()
    this.back = null
  }

  /** Returns how long statements have waited for Postgres so far, in milliseconds. */
  get waited_ms(): number {
    return this.before_ms + (this.since === null ? 0 : Date.now() - this.since)
  }

  /** Returns the statement's answer. Throws DatabaseUnavailable once the statement has waited too long. */
  async ask<T>(statement: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.untilBack()
      const begun = Date.now()
      try {
        const answer = await statement()
        this.answered()
        return answer
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) {
          this.answered()
          throw error
        }
        this.since ??= begun
        if (this.left_ms <= 0) throw error
        await this.tell(Date.now() - begun)
        this.wait()
      }
    }
  }

  private answered(): void {
    this.before_ms = this.waited_ms
    this.since = null
  }

  private get left_ms(): number {
    const { hold_ms } = this.limits
    return this.since === null ? hold_ms : this.since + hold_ms - Date.now()
  }

  private async tell(took_ms: number): Promise<void> {
    const { run, failed } = this.limits
    try {
      await run().databaseAway({ took_ms })
    } catch (error) {
      failed(error)
    }
  }

  private wait(): void {
    this.back ??= Promise.withResolvers()
  }

  private async untilBack(): Promise<void> {
    const { signal } = this.limits
    if (this.back === null) return
    this.since ??= Date.now()
    const gone = Promise.race([this.back.promise, aborted(signal)])
    const { kind } = await within(gone, Math.max(0, this.left_ms))
    if (kind === 'late')
      throw new DatabaseUnavailable({ cause: new Error('Postgres did not come back in time') })
  }
}
