import { DurableObject } from 'cloudflare:workers'

import { consoleLog, describeError } from '../log.ts'
import type { Owner } from '../protocol/ids.ts'
import type { LogPage } from '../protocol/log.ts'
import type { JobPage, RunView } from '../protocol/run.ts'
import type { Failure } from '../protocol/status.ts'
import type { Settings } from '../settings.ts'
import { readSettings } from '../settings.ts'
import { confirmCheckpoint, releaseCheckpoint } from './checkpointing.ts'
import { abort } from './ending.ts'
import { claim, release, report } from './flying.ts'
import { addJobs, claimPlan, closeGroup, failPlan, releasePlan, renewPlan } from './planning.ts'
import type { PostQueues } from './post.ts'
import { post } from './post.ts'
import type * as rpc from './rpc.ts'
import { RunEngine } from './run-engine.ts'
import type { Run } from './run-state.ts'
import { isEnded } from './run-state.ts'
import type { Entry } from './schedule.ts'
import type { RunStore } from './store/run-store.ts'
import { openSqlStore } from './store/sql-store.ts'
import { checkpointPage, checkpointRun, pageJobs, pageLines, viewRun } from './views.ts'
import type { Standing, Wanted } from './watch/frames.ts'
import { resume, RunFrames } from './watch/frames.ts'
import { openSseStream, sseHeaders } from './watch/sse-stream.ts'
import { Watchers } from './watch/watchers.ts'

const refused: rpc.Refused = { kind: 'refused' }
const stale: rpc.PlanAnswer = { kind: 'stale' }

/** What an object needs of the Worker's bindings: its settings, and where its messages go. */
export type RunObjectEnv = {
  readonly SETTINGS: string
  readonly PLAN_QUEUE: PostQueues['plan']
  readonly INGESTION_QUEUE: PostQueues['flight']
  readonly CHECKPOINT_QUEUE: PostQueues['checkpoint']
}

/**
 * One run: its storage, its alarm, its watchers. A thin shell; what is decided stands in the pure
 * transitions, and in what order in the engine.
 */
export class RunObject extends DurableObject<RunObjectEnv> implements rpc.RunRpc {
  private readonly settings: Settings
  private readonly store: RunStore
  private readonly frames: RunFrames
  private readonly watchers: Watchers
  private readonly engine: RunEngine
  private armed: number | null = null

  constructor(ctx: DurableObjectState, env: RunObjectEnv) {
    super(ctx, env)
    this.settings = readSettings(env.SETTINGS)
    this.store = openSqlStore(ctx.storage)
    this.frames = new RunFrames(this.store)
    this.watchers = new Watchers(this.watched(), this.settings)
    this.engine = new RunEngine({
      store: this.store,
      settings: this.settings,
      now: () => Date.now(),
      post: (entries) => ctx.waitUntil(this.post(entries)),
      changed: (jobs) => {
        this.frames.note(jobs)
        this.watchers.changed()
      },
      arm: (due) => ctx.waitUntil(this.arm(due)),
    })
    // An alarm that stands is read before one is set, or an earlier one would be lost.
    void ctx.blockConcurrencyWhile(async () => {
      this.armed = await ctx.storage.getAlarm()
    })
  }

  async create(start: rpc.RunStart): Promise<rpc.CreateAnswer> {
    return this.engine.create(start, mintEpoch())
  }

  async view({ owner }: { owner: Owner }): Promise<RunView | undefined> {
    const run = this.engine.ownedBy(owner)
    return run === undefined ? undefined : viewRun(run, this.store)
  }

  async jobs(query: rpc.JobQuery): Promise<JobPage | 'bad_cursor' | undefined> {
    const run = this.engine.ownedBy(query.owner)
    return run === undefined ? undefined : pageJobs(this.store, query)
  }

  async logs({ owner, after, limit }: rpc.LogQuery): Promise<LogPage | undefined> {
    if (this.engine.ownedBy(owner) === undefined) return undefined
    return pageLines(this.store, { after, limit })
  }

  async abort({ owner, by }: { owner: Owner; by: string }): Promise<rpc.AbortAnswer> {
    if (this.engine.ownedBy(owner) === undefined) return { kind: 'unknown' }
    return this.engine.change((change) => abort(change, { by })) ?? { kind: 'unknown' }
  }

  async claimPlan(request: { group: number }): Promise<rpc.PlanGrant | rpc.Refused> {
    return this.engine.change((change) => claimPlan(change, request)) ?? refused
  }

  async addJobs(request: rpc.AddJobs): Promise<rpc.PlanAnswer> {
    return this.engine.change((change) => addJobs(change, request)) ?? stale
  }

  async renewPlan(request: rpc.PlanLease): Promise<rpc.PlanAnswer> {
    return this.engine.change((change) => renewPlan(change, request)) ?? stale
  }

  async closeGroup(request: rpc.PlanLease & rpc.Told): Promise<rpc.PlanAnswer> {
    return this.engine.change((change) => closeGroup(change, request)) ?? stale
  }

  async failPlan(
    request: rpc.PlanLease & rpc.Told & { failure: Failure },
  ): Promise<rpc.PlanAnswer> {
    return this.engine.change((change) => failPlan(change, request)) ?? stale
  }

  async releasePlan(request: rpc.PlanLease & rpc.Told & rpc.Wait): Promise<void> {
    this.engine.change((change) => releasePlan(change, request))
  }

  async claim(request: { flight: number }): Promise<rpc.FlightGrant | rpc.Refused> {
    return this.engine.change((change) => claim(change, request)) ?? refused
  }

  async report(request: rpc.FlightReport): Promise<rpc.ReportAnswer> {
    return this.engine.change((change) => report(change, request)) ?? { kind: 'gone' }
  }

  async release(request: rpc.FlightRelease): Promise<void> {
    this.engine.change((change) => release(change, request))
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
    this.engine.change((change) => confirmCheckpoint(change, request))
  }

  async releaseCheckpoint(request: { wait_ms: number }): Promise<void> {
    this.engine.change((change) => releaseCheckpoint(change, request))
  }

  async lost(message: rpc.LostMessage): Promise<void> {
    this.engine.lost(message)
  }

  /** The stream: `x-runcast-owner` is set by the Worker alone, which checked the token. */
  override async fetch(request: Request): Promise<Response> {
    const run = this.engine.run
    const owner = decodeURIComponent(request.headers.get('x-runcast-owner') ?? '')
    if (run === undefined || run.owner !== owner) return new Response(null, { status: 404 })
    const standing = resume(run, request.headers.get('last-event-id'))
    if (isEnded(run) && standing?.shown === run.seq) return new Response(null, { status: 204 })
    const { signal } = request
    const log = new URL(request.url).searchParams.get('log') === '1'
    const stream = openSseStream(this.watchers, { standing, log, signal }, this.settings)
    return new Response(stream, { headers: sseHeaders })
  }

  /** Arms the next alarm first: one that throws six times in a row is dropped. */
  override async alarm(): Promise<void> {
    this.armed = null
    if (this.engine.run === undefined) return
    await this.arm(Date.now() + this.settings.unclaimed_ms)
    try {
      this.engine.wake()
      await this.rest(this.engine.wakeDue())
    } catch (error) {
      this.logFailure('the alarm failed, and will be tried again', error)
    }
  }

  private watched() {
    const current = (): Run => {
      const { run } = this.engine
      if (run === undefined) throw new Error('only a run is watched')
      return run
    }
    return {
      seq: () => current().seq,
      ended: () => isEnded(current()),
      frame: (standing: Standing | null, wanted: Wanted) =>
        this.frames.frame(current(), standing, wanted),
      ticked: (seq: number) => this.frames.ticked(seq),
      forget: () => this.frames.forget(),
      synced: () => this.ctx.storage.sync(),
      failed: (error: unknown) => this.logFailure('watchers were closed, and will resume', error),
    }
  }

  /** What cannot be sent now is sent by the alarm. */
  private async post(entries: readonly Entry[]): Promise<void> {
    const { run } = this.engine
    if (run === undefined) return
    for (const failure of await post(this.queues(run), run.run_id, entries)) {
      this.logFailure('messages were not sent, and will be', failure.error)
      this.engine.unsent(failure.entries)
    }
  }

  private queues({ pipeline }: Run): PostQueues {
    const flights: Record<string, PostQueues['flight']> = { ingestion: this.env.INGESTION_QUEUE }
    const flight = flights[pipeline]
    if (flight === undefined) throw new Error(`no queue is bound for the pipeline ${pipeline}`)
    return { plan: this.env.PLAN_QUEUE, flight, checkpoint: this.env.CHECKPOINT_QUEUE }
  }

  /** There is one alarm: it is moved only to an earlier time, and re-armed when it has fired. */
  private async arm(due: number | undefined): Promise<void> {
    if (due === undefined || (this.armed !== null && this.armed <= due)) return
    this.armed = due
    await this.ctx.storage.setAlarm(due)
  }

  /** The alarm that was armed in case of a failure gives way to the one that is needed, if any. */
  private async rest(due: number | undefined): Promise<void> {
    this.armed = due ?? null
    if (due === undefined) await this.ctx.storage.deleteAlarm()
    else await this.ctx.storage.setAlarm(due)
  }

  private logFailure(message: string, error: unknown): void {
    consoleLog('error', message, { run_id: this.engine.run?.run_id, error: describeError(error) })
  }
}

function mintEpoch(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}
