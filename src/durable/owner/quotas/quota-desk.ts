import type { QuotaView } from '../../../protocol/quota.ts'
import type { QuotaAnswer } from './quota-rpc.ts'
import { type QuotaAsk, type QuotaLimits, type QuotaUses, takeQuotas, viewQuotas } from './quota.ts'

type QuotaParts = {
  readonly store: QuotaStore
  readonly limits: QuotaLimits
  readonly waiting: () => number
  readonly now: () => number
}

/** Stores what was used of the quotas whose windows are long. Every call is synchronous. */
export type QuotaStore = { read(): QuotaUses; write(uses: QuotaUses): void }

/**
 * An owner's quotas. What was used of a minute is kept in memory, since a written row would cost as much as the start that it
 * counts: an object that sleeps begins another minute. What was used of a day is stored.
 */
export class QuotaDesk {
  private readonly parts: QuotaParts
  private uses: QuotaUses

  constructor(parts: QuotaParts) {
    this.parts = parts
    this.uses = parts.store.read()
  }

  take(ask: QuotaAsk): QuotaAnswer {
    const { uses, over } = takeQuotas(this.uses, ask, this.context())
    if (over.length > 0) return { kind: 'over', over }
    const { upload_bytes } = uses
    if (upload_bytes !== undefined && upload_bytes !== this.uses.upload_bytes)
      this.parts.store.write({ upload_bytes })
    this.uses = uses
    return { kind: 'taken' }
  }

  view(): QuotaView[] {
    return viewQuotas(this.uses, this.context())
  }

  private context() {
    const { limits, waiting, now } = this.parts
    return { limits, waiting: waiting(), now: now() }
  }
}
