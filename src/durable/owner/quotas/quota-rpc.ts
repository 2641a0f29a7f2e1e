import type { RunId } from '../../../protocol/ids.ts'
import type { QuotaView } from '../../../protocol/quota.ts'
import type { QuotaAsk } from './quota.ts'

/** The call on an owner's quotas. An object of an earlier version lacks it, and limits nothing. */
export type QuotaRpc = { takeQuota(request: QuotaRequest): Promise<QuotaAnswer> }

/**
 * `run_id`: the run that is to be started. The repeated start of a run that the list has takes nothing. `stored_bytes`: as
 * Postgres has just counted them.
 */
export type QuotaRequest = {
  readonly ask: QuotaAsk
  readonly run_id?: RunId
  readonly stored_bytes?: number
}

export type QuotaAnswer =
  | { readonly kind: 'taken' }
  /** Nothing is taken: count the stored bytes, and ask again with their number. */
  | { readonly kind: 'count' }
  | { readonly kind: 'over'; readonly over: readonly QuotaView[] }
