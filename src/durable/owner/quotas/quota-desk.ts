import type { QuotaView } from '../../../protocol/quota.ts'
import type { QuotaAnswer } from './quota-rpc.ts'
import {
  needsCount,
  type QuotaAsk,
  type QuotaLimits,
  type QuotaUses,
  takeQuotas,
  viewQuotas,
} from './quota.ts'

type QuotaParts = {
  readonly store: QuotaStore
  readonly limits: QuotaLimits
  readonly waiting: () => number
  readonly now: () => number
}

/** Stores what was used of the quotas that outlive the object. Every call is synchronous. */
export type QuotaStore = { read(): QuotaUses; write(uses: QuotaUses): void }

/**
 * An owner's quotas. What was used of a minute is kept in memory, since a written row would cost as much as the start that it
 * counts: an object that sleeps begins another minute. What was used of a day is stored, and so are the stored bytes.
 */
export class QuotaDesk {
  private readonly parts: QuotaParts
  private uses: QuotaUses

  constructor(parts: QuotaParts) {
    this.parts = parts
    this.uses = parts.store.read()
  }

  /** `stored_bytes`: as Postgres has just counted them. Without them the answer may be that they must be counted first. */
  take(ask: QuotaAsk, stored_bytes?: number): QuotaAnswer {
    if (stored_bytes !== undefined) this.recount(stored_bytes)
    else if (needsCount(this.uses, ask, this.context())) return { kind: 'count' }
    const { uses, over } = takeQuotas(this.uses, ask, this.context())
    if (over.length > 0) return { kind: 'over', over }
    this.use(uses)
    return { kind: 'taken' }
  }

  /** Takes over what Postgres counted, whatever was taken since: this heals the number of what was deleted and of what failed. */
  recount(stored_bytes: number): void {
    const counted = { since: this.parts.now(), used: stored_bytes }
    this.use({ ...this.uses, stored_bytes: counted })
  }

  view(): QuotaView[] {
    return viewQuotas(this.uses, this.context())
  }

  private use(uses: QuotaUses): void {
    const lasting = lastingOf(uses)
    if (JSON.stringify(lasting) !== JSON.stringify(lastingOf(this.uses)))
      this.parts.store.write(lasting)
    this.uses = uses
  }

  private context() {
    const { limits, waiting, now } = this.parts
    return { limits, waiting: waiting(), now: now() }
  }
}

function lastingOf({ upload_bytes, stored_bytes }: QuotaUses): QuotaUses {
  return {
    ...(upload_bytes === undefined ? {} : { upload_bytes }),
    ...(stored_bytes === undefined ? {} : { stored_bytes }),
  }
}
