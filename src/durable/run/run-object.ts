import type { Owner, RunId } from '../../protocol/ids.ts'
import type { LogPage } from '../../protocol/log.ts'
import type { RunView } from '../../protocol/run.ts'
import type { Failure } from '../../protocol/status.ts'
import { mintEpoch } from '../epoch.ts'
import type { Hold } from '../outbox/entry.ts'
import type { RunOrder } from '../owner/owner-rpc.ts'
import { abort, abortOne } from './abort.ts'
import { takeOrder } from './admission.ts'
import { archive, archiveJobs, archiveLines, archiveRun, releaseArchive } from './archival.ts'
import { confirmCheckpoint, databaseAway, releaseCheckpoint } from './checkpoints.ts'
import { loseMessage } from './deadlines.ts'
import { claim, release, report } from './flights.ts'
import { pause, resume } from './pause.ts'
import { addJobs, claimPlan, closeGroup, failPlan, releasePlan, renewPlan } from './plans.ts'
import { rename } from './rename.ts'
import { quietReportIn } from './report-pace.ts'
import { retry } from './retry.ts'
import type { RunTransaction } from './run-engine.ts'
import type * as rpc from './run-rpc.ts'
import { RunShell } from './run-shell.ts'
import {
  checkpointPage,
  checkpointRun,
  liveJob,
  pageJobs,
  pageLines,
  runInputs,
  viewRun,
} from './run-views.ts'
import { abortAfterEnd } from './tombstone.ts'
import type * as work from './work-rpc.ts'

const refused: work.Refused = { kind: 'refused' }
const stale: work.PlanAnswer = { kind: 'stale' }

/**
 * One run: the calls of its object. This class is a thin shell: the pure transitions decide, the engine says in which
 * order, and `RunShell` has the parts.
 */
export class RunObject extends RunShell implements rpc.RunRpc {
  async create(start: rpc.RunStart): Promise<rpc.CreateAnswer> {
    if (this.erasure.isErased()) return { kind: 'key_reused', deleted: true }
    const known = this.engine.run ?? this.engine.tombstone
    if (!known && !this.flights(start.pipeline)) return { kind: 'not_wired' }
    return this.engine.create(start, mintEpoch())
  }

  async view({ owner }: { owner: Owner }): Promise<RunView | undefined> {
    const run = this.engine.ownedBy(owner)
    return run && viewRun(run, this.store, this.watch.watchers.size)
  }

  async jobs(query: rpc.JobQuery): Promise<rpc.LiveJobPage | 'bad_cursor' | undefined> {
    const run = this.engine.ownedBy(query.owner)
    return run === undefined ? undefined : pageJobs(this.store, query)
  }

  async logs({ owner, after, limit }: rpc.LogQuery): Promise<LogPage | undefined> {
    if (this.engine.ownedBy(owner) === undefined) return undefined
    return pageLines(this.store, { after, limit })
  }

  async inputs({ owner }: { owner: Owner }): Promise<rpc.RunInputs | undefined> {
    return this.engine.ownedBy(owner) && runInputs(this.store)
  }

  async job({ owner, ...name }: rpc.JobName & { owner: Owner }): Promise<rpc.LiveJob | undefined> {
    return this.engine.ownedBy(owner) && liveJob(this.store, name)
  }

  async abortJob({ owner, ...name }: rpc.JobName & { owner: Owner }): Promise<void> {
    if (this.engine.ownedBy(owner) !== undefined) this.engine.transact((tx) => abortOne(tx, name))
  }

  async abort({ owner, by }: { owner: Owner; by: string }): Promise<rpc.AbortAnswer> {
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    const { tombstone } = this.engine
    if (tombstone !== undefined) return abortAfterEnd(tombstone)
    return this.engine.transact((tx) => abort(tx, { by })) ?? { kind: 'unknown' }
  }

  async retry({ owner, ...request }: rpc.RetryRequest): Promise<rpc.RetryAnswer> {
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    for (;;) {
      const answer = this.engine.transact((tx) => retry(tx, request))
      if (answer === undefined) return { kind: 'nothing', archived: true }
      if (answer.kind !== 'busy') return answer
      await this.takeSlices()
    }
  }

  async pause({ owner, by }: { owner: Owner; by: string }): Promise<rpc.PauseAnswer> {
    return this.paused(owner, (tx) => pause(tx, { by }))
  }

  async resume({ owner, by }: { owner: Owner; by: string }): Promise<rpc.PauseAnswer> {
    return this.paused(owner, (tx) => resume(tx, { by }))
  }

  async rename({ owner, change }: rpc.RenameRequest): Promise<rpc.RenameAnswer> {
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    return this.engine.transact((tx) => rename(tx, change)) ?? { kind: 'archived' }
  }

  async claimPlan(request: { group: number }): Promise<work.PlanGrant | work.Refused> {
    return this.engine.transact((tx) => claimPlan(tx, request)) ?? refused
  }

  async addJobs(request: work.AddJobs): Promise<work.PlanAnswer> {
    return this.engine.transact((tx) => addJobs(tx, request)) ?? stale
  }

  async renewPlan(request: work.PlanLease): Promise<work.PlanAnswer> {
    return this.engine.transact((tx) => renewPlan(tx, request)) ?? stale
  }

  async closeGroup(request: work.PlanLease & work.PlanReport): Promise<work.PlanAnswer> {
    return this.engine.transact((tx) => closeGroup(tx, request)) ?? stale
  }

  async failPlan(
    request: work.PlanLease & work.PlanReport & { failure: Failure },
  ): Promise<work.PlanAnswer> {
    return this.engine.transact((tx) => failPlan(tx, request)) ?? stale
  }

  async releasePlan(request: work.PlanLease & work.PlanReport & Hold): Promise<void> {
    this.engine.transact((tx) => releasePlan(tx, request))
  }

  async claim(request: { flight: number }): Promise<work.FlightGrant | work.Refused> {
    return this.engine.transact((tx) => claim(tx, request)) ?? refused
  }

  async report(request: work.FlightReport): Promise<work.ReportAnswer> {
    const answer = this.engine.transact((tx) => report(tx, request)) ?? { kind: 'gone' }
    if (answer.kind === 'gone' || request.every_ms === undefined) return answer
    const { watchers } = this.watch
    const quiet = () => quietReportIn(this.store.readEntries(), this.settings)
    return { ...answer, report_in_ms: watchers.reportIn(request.every_ms) ?? quiet() }
  }

  async release(request: work.FlightRelease): Promise<void> {
    this.engine.transact((tx) => release(tx, request))
  }

  async checkpoint(): Promise<rpc.RunCheckpoint | undefined> {
    const { run } = this.engine
    return run === undefined ? undefined : checkpointRun(run, this.store)
  }

  async checkpointPage(query: {
    after: rpc.JobPosition | null
    limit: number
  }): Promise<rpc.CheckpointPage> {
    if (this.engine.run === undefined) return { rows: [], next: null }
    return checkpointPage(this.store, query)
  }

  async checkpointed(request: { seq: number }): Promise<void> {
    this.engine.transact((tx) => confirmCheckpoint(tx, request))
  }

  async releaseCheckpoint(request: rpc.CheckpointRelease): Promise<void> {
    this.engine.transact((tx) => releaseCheckpoint(tx, request))
  }

  async databaseAway(request: rpc.DatabaseAway): Promise<void> {
    this.engine.transact((tx) => databaseAway(tx, request))
  }

  async archive(): Promise<rpc.RunArchive | undefined> {
    const { run } = this.engine
    return run === undefined ? undefined : archiveRun(run, this.store)
  }

  async archiveJobs(query: rpc.ArchiveJobsQuery): Promise<rpc.PlacedJobPage | undefined> {
    const { run } = this.engine
    return run === undefined ? undefined : archiveJobs({ run, store: this.store }, query)
  }

  async archiveLines(query: rpc.ArchiveLinesQuery): Promise<rpc.PlacedLinePage | undefined> {
    const { run } = this.engine
    return run === undefined ? undefined : archiveLines({ run, store: this.store }, query)
  }

  /**
   * Replaces the run by its tombstone, and cuts all watchers. When the watchers come back, the Worker serves the
   * run from Postgres.
   */
  async archived(mark: rpc.ArchiveMark): Promise<void> {
    const { run } = this.engine
    const tombstone = run && archive({ run, store: this.store }, mark)
    if (tombstone !== undefined) {
      this.watch.watchers.cutAll()
      this.engine.archive(tombstone)
    }
    if (this.engine.tombstone !== undefined) await this.wakeUp.off()
  }

  async releaseArchive(request: { wait_ms: number }): Promise<void> {
    this.engine.transact((tx) => releaseArchive(tx, request))
  }

  async follow({ owner, for_ms }: { owner: Owner; for_ms: number }): Promise<rpc.FollowAnswer> {
    if (this.erasure.isErased(owner)) return { kind: 'unknown', deleted: true }
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    const { tombstone } = this.engine
    if (tombstone !== undefined) return { kind: 'archived', status: tombstone.life.status }
    this.line.follow(for_ms)
    return this.stands()
  }

  async direct({ owner, order }: { owner: Owner; order: RunOrder }): Promise<rpc.FollowAnswer> {
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    const { tombstone } = this.engine
    if (tombstone !== undefined) return { kind: 'archived', status: tombstone.life.status }
    this.engine.transact((tx) => takeOrder(tx, order))
    return this.stands()
  }

  private stands(): rpc.FollowAnswer {
    const standing = this.line.standing()
    return standing === undefined ? { kind: 'unknown' } : { kind: 'live', standing }
  }

  async lost(message: work.LostMessage): Promise<void> {
    this.engine.transact((tx) => loseMessage(tx, message))
  }

  async admits({ owner, token_id }: { owner: Owner; token_id: string }) {
    if (this.erasure.isErased(owner)) return 'deleted'
    if (!this.engine.belongsTo(owner)) return 'unknown'
    return this.store.isTokenRevoked(token_id) ? 'revoked' : 'yes'
  }

  async revoke({ owner, token_id, until }: rpc.TokenRevocation) {
    if (!this.engine.belongsTo(owner)) return 'unknown'
    this.store.transaction(() => this.store.revokeToken(token_id, until, Date.now()))
    this.watch.watchers.revoke(token_id)
    return 'revoked'
  }

  async erase(request: rpc.EraseRequest): Promise<rpc.EraseAnswer> {
    return this.erasure.erase(request)
  }

  async vanish(request: { owner: Owner; run_id: RunId }): Promise<void> {
    await this.erasure.vanish(request)
  }

  private paused(owner: Owner, work: (tx: RunTransaction) => rpc.PauseAnswer): rpc.PauseAnswer {
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    const { tombstone } = this.engine
    if (tombstone !== undefined) return { kind: 'ended', status: tombstone.life.status }
    return this.engine.transact(work) ?? { kind: 'unknown' }
  }
}
