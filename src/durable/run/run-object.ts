import { DurableObject } from 'cloudflare:workers'

import { instantFailpoint } from '../../failpoint.ts'
import { consoleLog, describeError } from '../../log.ts'
import { nextTurn } from '../../pause.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { LogPage } from '../../protocol/log.ts'
import type { RunView } from '../../protocol/run.ts'
import type { Failure } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'
import { readSettings } from '../../settings.ts'
import { mintEpoch } from '../epoch.ts'
import { type Alarm, alarmOf } from '../outbox/alarm.ts'
import type { Hold } from '../outbox/entry.ts'
import { tryRepeatedly } from '../outbox/repeated-tries.ts'
import type { OwnerRpc } from '../owner/owner-rpc.ts'
import type { ShownChanges } from '../watch/shown.ts'
import { hibernatingSockets } from '../watch/socket-host.ts'
import { Sockets } from '../watch/sockets.ts'
import { WatchEndpoint } from '../watch/watch-endpoint.ts'
import { abort, abortOne } from './abort.ts'
import { archive, archiveJobs, archiveLines, archiveRun, releaseArchive } from './archival.ts'
import { confirmCheckpoint, databaseAway, releaseCheckpoint } from './checkpoints.ts'
import { loseMessage, meetDeadlines, postpone } from './deadlines.ts'
import { dispatch } from './dispatch.ts'
import { claim, release, report } from './flights.ts'
import { type ListLine, openListLine } from './list-line.ts'
import { addJobs, claimPlan, closeGroup, failPlan, releasePlan, renewPlan } from './plans.ts'
import { rename } from './rename.ts'
import { quietReportIn } from './report-pace.ts'
import { retry } from './retry.ts'
import { RunBroadcast } from './run-broadcast.ts'
import { RunEngine } from './run-engine.ts'
import { type FlightQueues, type PostEnv, RunPost } from './run-post.ts'
import type * as rpc from './run-rpc.ts'
import type { Run } from './run-state.ts'
import {
  checkpointPage,
  checkpointRun,
  liveJob,
  pageJobs,
  pageLines,
  runInputs,
  viewRun,
} from './run-views.ts'
import { takeSlice } from './slices.ts'
import type { RunStore } from './store/run-store.ts'
import { openSqlStore } from './store/sql-store.ts'
import { abortAfterEnd } from './tombstone.ts'

const UNARMED = 'the alarm was not set, and will be'
const UNSENT = 'messages were not sent, and will be'
const UNTOLD = 'the owner’s list was not told of the run, and will be'
const UNSLICED = 'a slice of jobs was not changed, and will be'
const refused: rpc.Refused = { kind: 'refused' }
const stale: rpc.PlanAnswer = { kind: 'stale' }

/** What the object calls: the queues of flights, and the objects of owners. */
export type RunObjectPeers = {
  readonly flights: FlightQueues
  readonly owner: (owner: Owner) => Pick<OwnerRpc, 'tell'>
}

/** The Worker's bindings that this object uses: its settings, and the queues of its messages. */
export type RunObjectEnv = PostEnv & { readonly SETTINGS: string }

/**
 * One run: its storage, its alarm, its watchers. This class is a thin shell: the pure transitions decide, and the
 * engine says in which order.
 */
export class RunObject extends DurableObject<RunObjectEnv> implements rpc.RunRpc {
  private readonly settings: Settings
  private readonly store: RunStore
  private readonly engine: RunEngine
  private readonly flights: FlightQueues
  private readonly post: RunPost
  private readonly line: ListLine
  private readonly watch: RunBroadcast
  private readonly sockets: Sockets
  private readonly endpoint: WatchEndpoint
  private readonly wakeUp: Alarm
  /** Resolves when the abort or the retry under way has reached all of its jobs. Absent while there is none. */
  private slicing: Promise<void> | undefined

  constructor(ctx: DurableObjectState, env: RunObjectEnv, peers: RunObjectPeers) {
    super(ctx, env)
    const { flights } = peers
    this.flights = flights
    const settings = readSettings(env.SETTINGS)
    const store = openSqlStore(ctx.storage)
    const run = (): Run | undefined => this.engine.run
    this.settings = settings
    this.store = store
    this.engine = new RunEngine({
      store,
      settings,
      now: () => Date.now(),
      dispatch,
      post: (entries) => {
        RUNCAST_FAILPOINTS && instantFailpoint('run.posting')
        void this.afterwards(UNSENT, () => this.post.send(entries))
      },
      tell: () => ctx.waitUntil(this.line.tell()),
      changed: (changes) => this.changed(changes),
      arm: (due) => {
        RUNCAST_FAILPOINTS && instantFailpoint('run.arming')
        void this.afterwards(UNARMED, () => this.wakeUp.arm(due))
      },
      goOn: () => void this.takeSlices(),
    })
    this.post = new RunPost({
      env,
      flights,
      run,
      unsent: (entries, error) => {
        this.logFailure(UNSENT, error)
        this.engine.transact((tx) => postpone(tx, entries))
      },
    })
    const failed = (error: unknown): void => this.logFailure(UNTOLD, error)
    this.line = openListLine({ engine: this.engine, store, settings, owner: peers.owner, failed })
    this.watch = new RunBroadcast({
      store,
      settings,
      run,
      now: () => Date.now(),
      synced: () => ctx.storage.sync(),
      failed: (error) => this.logFailure('watchers were closed, and will resume', error),
      wakeAt: (due) => void this.afterwards(UNARMED, () => this.wakeUp.arm(due)),
    })
    const { watchers } = this.watch
    const sockets = new Sockets({ host: hibernatingSockets(ctx), run, watchers, settings })
    this.sockets = sockets
    const revoked = (token_id: string): boolean => store.isTokenRevoked(token_id)
    const archivedFor = (owner: string): boolean => this.engine.tombstone?.owner === owner
    const parts = { run, archivedFor, watchers, sockets, settings, revoked }
    this.endpoint = new WatchEndpoint(parts)
    this.wakeUp = alarmOf(ctx.storage)
    void ctx.blockConcurrencyWhile(async () => {
      await this.wakeUp.restore()
      this.sockets.restore()
      await this.wakeUp.arm(this.wakeDue())
    })
  }

  async create(start: rpc.RunStart): Promise<rpc.CreateAnswer> {
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

  async rename({ owner, change }: rpc.RenameRequest): Promise<rpc.RenameAnswer> {
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    return this.engine.transact((tx) => rename(tx, change)) ?? { kind: 'archived' }
  }

  async claimPlan(request: { group: number }): Promise<rpc.PlanGrant | rpc.Refused> {
    return this.engine.transact((tx) => claimPlan(tx, request)) ?? refused
  }

  async addJobs(request: rpc.AddJobs): Promise<rpc.PlanAnswer> {
    return this.engine.transact((tx) => addJobs(tx, request)) ?? stale
  }

  async renewPlan(request: rpc.PlanLease): Promise<rpc.PlanAnswer> {
    return this.engine.transact((tx) => renewPlan(tx, request)) ?? stale
  }

  async closeGroup(request: rpc.PlanLease & rpc.PlanReport): Promise<rpc.PlanAnswer> {
    return this.engine.transact((tx) => closeGroup(tx, request)) ?? stale
  }

  async failPlan(
    request: rpc.PlanLease & rpc.PlanReport & { failure: Failure },
  ): Promise<rpc.PlanAnswer> {
    return this.engine.transact((tx) => failPlan(tx, request)) ?? stale
  }

  async releasePlan(request: rpc.PlanLease & rpc.PlanReport & Hold): Promise<void> {
    this.engine.transact((tx) => releasePlan(tx, request))
  }

  async claim(request: { flight: number }): Promise<rpc.FlightGrant | rpc.Refused> {
    return this.engine.transact((tx) => claim(tx, request)) ?? refused
  }

  async report(request: rpc.FlightReport): Promise<rpc.ReportAnswer> {
    const answer = this.engine.transact((tx) => report(tx, request)) ?? { kind: 'gone' }
    if (answer.kind === 'gone' || request.every_ms === undefined) return answer
    const { watchers } = this.watch
    const quiet = () => quietReportIn(this.store.readEntries(), this.settings)
    return { ...answer, report_in_ms: watchers.reportIn(request.every_ms) ?? quiet() }
  }

  async release(request: rpc.FlightRelease): Promise<void> {
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
    if (!this.engine.belongsTo(owner)) return { kind: 'unknown' }
    const { tombstone } = this.engine
    if (tombstone !== undefined) return { kind: 'archived', status: tombstone.life.status }
    this.line.follow(for_ms)
    const standing = this.line.standing()
    return standing === undefined ? { kind: 'unknown' } : { kind: 'live', standing }
  }

  async lost(message: rpc.LostMessage): Promise<void> {
    this.engine.transact((tx) => loseMessage(tx, message))
  }

  async admits({ owner, token_id }: { owner: Owner; token_id: string }) {
    if (!this.engine.belongsTo(owner)) return 'unknown'
    return this.store.isTokenRevoked(token_id) ? 'revoked' : 'yes'
  }

  async revoke({ owner, token_id, until }: rpc.TokenRevocation) {
    if (!this.engine.belongsTo(owner)) return 'unknown'
    this.store.transaction(() => this.store.revokeToken(token_id, until, Date.now()))
    this.watch.watchers.revoke(token_id)
    return 'revoked'
  }

  /** Requests that watch the run, over a stream, a socket or polls. */
  override async fetch(request: Request): Promise<Response> {
    return this.endpoint.fetch(request)
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.sockets.message(socket, message)
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.sockets.closed(socket)
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.sockets.closed(socket)
  }

  override async alarm(): Promise<void> {
    if (this.engine.run === undefined) return
    try {
      await this.wakeUp.fired(Date.now() + this.settings.unclaimed_ms, () => {
        RUNCAST_FAILPOINTS && instantFailpoint('alarm.armed')
        this.engine.transact(meetDeadlines)
        this.watch.watchers.expire()
        this.watch.watchers.again()
        this.line.changed()
        RUNCAST_FAILPOINTS && instantFailpoint('alarm.worked')
        return this.wakeDue()
      })
    } catch (error) {
      this.logFailure('the alarm failed, and will be tried again', error)
    }
  }

  /** When the alarm is due next: for an entry of the outbox, or for a socket whose token expires. */
  private wakeDue(): number | undefined {
    const dues = [this.engine.wakeDue(), this.watch.watchers.wakeDue()]
    const known = dues.filter((due) => due !== undefined)
    return known.length === 0 ? undefined : Math.min(...known)
  }

  private changed(changes: ShownChanges): void {
    this.watch.changed(changes)
    this.line.changed()
  }

  /** Takes one slice after the other (RUN-2). In between, all calls that have come meanwhile have their turn. */
  private takeSlices(): Promise<void> {
    const slices = async (): Promise<void> => {
      while (this.engine.run?.sliced !== undefined) {
        await nextTurn()
        RUNCAST_FAILPOINTS && instantFailpoint('run.slicing')
        this.engine.transact(takeSlice)
      }
    }
    this.slicing ??= this.afterwards(UNSLICED, slices).finally(() => {
      this.slicing = undefined
    })
    return this.slicing
  }

  /** Goes on with this work after the answer. Work that throws is logged and tried again. */
  private afterwards(failed: string, work: () => Promise<void>): Promise<void> {
    const { backoff_ms } = this.settings
    const logged = (error: unknown): void => this.logFailure(failed, error)
    const working = tryRepeatedly(work, { backoff_ms, failed: logged })
    this.ctx.waitUntil(working)
    return working
  }

  private logFailure(message: string, error: unknown): void {
    consoleLog('error', message, { run_id: this.engine.run?.run_id, error: describeError(error) })
  }
}
