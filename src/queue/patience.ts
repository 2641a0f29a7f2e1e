import { DatabaseUnavailable } from '../db/connect.ts'
import type { RunRpc } from '../durable/run/run-rpc.ts'
import { aborted, within } from './within.ts'

type Patient = {
  /** For how long what is held is kept, in milliseconds. */
  readonly hold_ms: number
  /** Aborted when nobody waits any more for what is held. */
  readonly signal: AbortSignal
  readonly run: () => RunRpc
  /** The object could not be told that Postgres is away; it is told again after the next try. */
  readonly failed: (error: unknown) => void
}

/**
 * Postgres for a worker that holds what it would have to do again. A statement that is not answered
 * is repeated once the run's object, which alone probes, says that Postgres is back (DB-3): also one
 * that has taken effect, since every statement of ours may be repeated (JOB-4).
 */
export class Patience {
  private readonly patient: Patient
  /** Resolves when the object says that Postgres is back; null: it is there, as far as is known. */
  private back: PromiseWithResolvers<void> | null = null
  /** Since when statements wait, and for how long they have before, in milliseconds. */
  private since: number | null = null
  private before_ms = 0

  constructor(patient: Patient) {
    this.patient = patient
  }

  /** What the object's answer to a renewal or a report says of Postgres. */
  heard({ away = false }: { readonly away?: boolean }): void {
    if (away) return this.wait()
    this.back?.resolve()
    this.back = null
  }

  /** How much of the time so far was spent waiting for Postgres. */
  get waited_ms(): number {
    return this.before_ms + (this.since === null ? 0 : Date.now() - this.since)
  }

  /** The statement's answer, however long that takes. Throws DatabaseUnavailable past the limit. */
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
    const { hold_ms } = this.patient
    return this.since === null ? hold_ms : this.since + hold_ms - Date.now()
  }

  private async tell(took_ms: number): Promise<void> {
    const { run, failed } = this.patient
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
    const { signal } = this.patient
    if (this.back === null) return
    this.since ??= Date.now()
    const gone = Promise.race([this.back.promise, aborted(signal)])
    const { kind } = await within(gone, Math.max(0, this.left_ms))
    if (kind === 'late') throw new DatabaseUnavailable({ cause: new Error('it was waited for') })
  }
}
