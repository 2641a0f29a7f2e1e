import type { RunId } from '../../protocol/ids.ts'
import type { OwnerPaused } from '../../protocol/run.ts'
import { eraseObject } from '../storage.ts'
import type { WebhookAnswer, WebhookCall, WebhookRpc } from './notices/webhook-rpc.ts'
import type { OwnerRpc, RunStanding, ToldAnswer, UsageRequest } from './owner-rpc.ts'
import { OwnerShell } from './owner-shell.ts'
import type { QuotaAnswer, QuotaRequest, QuotaRpc } from './quotas/quota-rpc.ts'
import type { ScheduleAnswer, ScheduleCall, ScheduleRpc } from './schedules/schedule-rpc.ts'
import type {
  ListedRunToken,
  RunToken,
  RunTokenKey,
  RunTokenQuery,
  RunTokenRpc,
} from './tokens/run-token-rpc.ts'

/**
 * One owner: the calls of the object. It has the list of the owner's runs and those who follow it, admits the runs, and has
 * the owner's schedules and webhooks, and the list of the watch tokens that were made for runs. Pure transitions decide, and `OwnerShell` has the parts.
 */
export class OwnerObject
  extends OwnerShell
  implements OwnerRpc, ScheduleRpc, WebhookRpc, QuotaRpc, RunTokenRpc
{
  async tell(standing: RunStanding): Promise<ToldAnswer> {
    this.engine.hear(standing)
    this.desk.told(standing)
    const order = this.admissions.orderFor(standing.run_id)
    const followed = this.watch.watchers.size > 0
    const followed_ms = followed ? this.engine.follow(standing.run_id) : 0
    this.admit()
    return { followed_ms, noticed: true, ...(order === undefined ? {} : { order }) }
  }

  async pauseAll({ by }: { by: string }): Promise<OwnerPaused> {
    const shown = this.admissions.pause(by)
    this.admit()
    return shown
  }

  async resumeAll(): Promise<OwnerPaused> {
    const shown = this.admissions.resume()
    this.admit()
    return shown
  }

  async admitted({ stored_bytes }: UsageRequest = {}): Promise<OwnerPaused> {
    if (stored_bytes !== undefined) this.quotas.recount(stored_bytes)
    return { ...this.admissions.shown(), quotas: this.quotas.view() }
  }

  async takeQuota({ ask, run_id, stored_bytes }: QuotaRequest): Promise<QuotaAnswer> {
    const isKnown = run_id !== undefined && this.engine.statusOf(run_id) !== undefined
    return isKnown ? { kind: 'taken' } : this.quotas.take(ask, stored_bytes)
  }

  async runs(): Promise<readonly RunId[]> {
    return this.engine.runs()
  }

  async forget({ run_ids }: { readonly run_ids: readonly RunId[] }): Promise<void> {
    this.forgetRuns(run_ids)
  }

  async erase(): Promise<void> {
    await eraseObject(this.ctx, () => this.watch.watchers.cutAll())
  }

  async keepToken(token: RunToken): Promise<void> {
    this.tokens.put(token, Date.now())
  }

  async dropToken(token: RunTokenKey): Promise<void> {
    this.tokens.drop(token)
  }

  async listTokens(query: RunTokenQuery): Promise<readonly ListedRunToken[]> {
    const found = this.tokens.list(query, Date.now())
    return found.map((token) => ({ ...token, title: this.engine.titleOf(token.run_id) ?? null }))
  }

  async schedules(call: ScheduleCall): Promise<ScheduleAnswer> {
    return this.desk.call(call)
  }

  async webhooks(call: WebhookCall): Promise<WebhookAnswer> {
    const answer = await this.notices.call(call)
    if (call.op === 'create' || call.op === 'change') this.stalls.begin(this.engine.liveRuns())
    return answer
  }
}
