import { DurableObject } from 'cloudflare:workers'

import { consoleLog, describeError } from '../../log.ts'
import { Owner, type RunId } from '../../protocol/ids.ts'
import type { RunStatus } from '../../protocol/status.ts'
import { readSettings, type Settings } from '../../settings.ts'
import { mintEpoch } from '../epoch.ts'
import { type Alarm, alarmOf } from '../outbox/alarm.ts'
import type { RunRpc } from '../run/run-rpc.ts'
import { Broadcast } from '../watch/broadcast.ts'
import { hibernatingSockets } from '../watch/socket-host.ts'
import { Sockets } from '../watch/sockets.ts'
import { WatchEndpoint } from '../watch/watch-endpoint.ts'
import { Admissions } from './admissions.ts'
import { NoticeDesk } from './notices/notice-desk.ts'
import { openSqlNotices } from './notices/sql-notices.ts'
import { openSqlStalls } from './notices/sql-stalls.ts'
import { StallDesk } from './notices/stall-desk.ts'
import type { PostNotice } from './notices/webhook-rpc.ts'
import { OwnerEngine } from './owner-engine.ts'
import type { RunStanding } from './owner-rpc.ts'
import { QuotaDesk } from './quotas/quota-desk.ts'
import { quotaLimits } from './quotas/quota.ts'
import { openSqlQuotas } from './quotas/sql-quotas.ts'
import { ScheduleDesk } from './schedules/schedule-desk.ts'
import type { StartSlot } from './schedules/schedule-rpc.ts'
import { openSqlSchedules } from './schedules/sql-schedules.ts'
import { openSqlOwner } from './sql-owner.ts'
import { openSqlTurns } from './sql-turns.ts'
import { openSqlRunTokens } from './tokens/sql-run-tokens.ts'

/** The Worker's bindings that this object uses. */
export type OwnerObjectEnv = { readonly SETTINGS: string }

/** Finds a run's object. */
export type FindRun = (run_id: RunId) => Pick<RunRpc, 'follow' | 'abort' | 'direct'>

/** What the object calls: the objects of runs, and what starts the runs of schedules, and what sends notices. */
export type OwnerPeers = {
  readonly run: FindRun
  readonly start: StartSlot
  readonly post: PostNotice
}

/** So many runs are asked at a time. */
const LANES = 20

/**
 * The parts of an owner's object, how they are connected, and what the platform calls: the alarm, requests, sockets.
 * Others call `OwnerObject`. The owner is the object's name.
 */
export class OwnerShell extends DurableObject<OwnerObjectEnv> {
  protected readonly owner: Owner
  private readonly settings: Settings
  protected readonly engine: OwnerEngine
  protected readonly admissions: Admissions
  protected readonly watch: Broadcast
  private readonly sockets: Sockets
  private readonly endpoint: WatchEndpoint
  private readonly wakeUp: Alarm
  private readonly find: FindRun
  protected readonly desk: ScheduleDesk
  protected readonly notices: NoticeDesk
  protected readonly stalls: StallDesk
  protected readonly quotas: QuotaDesk
  protected readonly tokens: ReturnType<typeof openSqlRunTokens>
  private asking: Promise<void> | undefined

  constructor(ctx: DurableObjectState, env: OwnerObjectEnv, peers: OwnerPeers) {
    super(ctx, env)
    this.find = peers.run
    this.owner = Owner.parse(ctx.id.name)
    const given = readSettings(env.SETTINGS)
    // A list is small, so that those without `lean` are shown a new run at once. `relist_rate_bytes` limits it.
    this.settings = { ...given, relist_ms: given.tick_ms }
    const { owner, settings } = this
    const store = openSqlOwner(ctx.storage)
    const changed: Broadcast['changed'] = (changes) => this.watch.changed(changes)
    this.admissions = this.openAdmissions(given, peers)
    const admit = (standing: RunStanding): void => this.admissions.hear(standing)
    const told = {
      reported: (standing: RunStanding): void => this.stalls.heard(this.notices.reported(standing)),
      heard: (standing: RunStanding, known: RunStanding | undefined): void =>
        this.notices.told(standing, known),
    }
    const clock = { now: Date.now, mintEpoch }
    this.engine = new OwnerEngine({ owner, store, settings, ...clock, admit, changed, ...told })
    const run = () => this.engine.shown
    this.watch = new Broadcast({
      store,
      settings,
      state: run,
      progress: () => this.engine.progress(),
      synced: () => ctx.storage.sync(),
      failed: (error) => this.log('watchers of a list were closed, and will resume', error),
      wakeAt: () => this.arm(),
    })
    const { watchers } = this.watch
    this.sockets = new Sockets({ host: hibernatingSockets(ctx), run, watchers, settings })
    const parts = { run, watchers, sockets: this.sockets, settings }
    this.endpoint = new WatchEndpoint({ ...parts, archivedFor: never, revoked: never })
    this.wakeUp = alarmOf(ctx.storage)
    const log = (message: string, error: unknown): void => this.log(message, error)
    this.notices = new NoticeDesk({
      store: openSqlNotices(ctx.storage),
      now: Date.now,
      post: peers.post,
      arm: () => this.arm(),
      failed: log,
    })
    this.stalls = this.openStalls()
    this.quotas = this.openQuotas()
    this.tokens = openSqlRunTokens(ctx.storage)
    this.desk = this.openSchedules(peers)
    void ctx.blockConcurrencyWhile(async () => {
      await this.wakeUp.restore()
      this.sockets.restore()
      this.desk.restore()
      await this.wakeUp.arm(this.wakeDue())
    })
  }

  private openSchedules(peers: OwnerPeers): ScheduleDesk {
    const { owner, settings } = this
    return new ScheduleDesk({
      owner,
      store: openSqlSchedules(this.ctx.storage),
      settings,
      now: Date.now,
      start: peers.start,
      ask: (run_id) => this.askStatus(run_id),
      abort: async (run_id, by) => void (await this.find(run_id).abort({ owner, by })),
      listed: (run_id) => this.engine.statusOf(run_id),
      arm: () => this.arm(),
      changed: (before, after) => this.notices.changed(before, after),
      failed: (message, error) => this.log(message, error),
    })
  }

  private openQuotas(): QuotaDesk {
    return new QuotaDesk({
      store: openSqlQuotas(this.ctx.storage),
      limits: quotaLimits(this.settings, this.owner),
      waiting: () => this.admissions.shown().waiting,
      now: Date.now,
    })
  }

  private openStalls(): StallDesk {
    return new StallDesk({
      store: openSqlStalls(this.ctx.storage),
      settings: this.settings,
      now: Date.now,
      wanted: () => this.notices.wantsStalls(),
      ask: (run_id) => this.askOne(run_id),
      isLive: (run_id) => this.engine.isLive(run_id),
      stalled: (standing, since) => this.notices.stalled(standing, since),
      arm: () => this.arm(),
    })
  }

  private openAdmissions(settings: Settings, peers: OwnerPeers): Admissions {
    return new Admissions({
      owner: this.owner,
      store: openSqlTurns(this.ctx.storage),
      settings,
      now: Date.now,
      find: peers.run,
      heard: (run_id, answer) => this.engine.heard(run_id, answer),
      failed: (error, run_id) =>
        this.log('a run was not told its order, and will be', error, run_id),
    })
  }

  /** Requests that follow the list, over a stream, a socket or polls. The runs that go on are told of it. */
  override async fetch(request: Request): Promise<Response> {
    this.engine.open()
    const asking = this.ask()
    this.ctx.waitUntil(asking)
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
    let working: Promise<unknown> | undefined
    await this.wakeUp.fired(Date.now() + this.settings.follow_ms, () => {
      this.watch.watchers.expire()
      if (this.watch.watchers.size > 0) this.ctx.waitUntil(this.ask())
      this.admit()
      working = Promise.all([this.desk.work(), this.notices.work(), this.stalls.work()])
      return this.wakeDue()
    })
    await working
  }

  private async askStatus(run_id: RunId): Promise<RunStatus | undefined> {
    const for_ms = this.watch.watchers.size > 0 ? this.engine.follow(run_id) : 0
    const answer = await this.find(run_id).follow({ owner: this.owner, for_ms })
    if (answer.kind === 'unknown') return undefined
    return answer.kind === 'live' ? answer.standing.status : answer.status
  }

  /** Asks the runs that may have been silent for their standings, and tells them that the list is followed (OWN-3). */
  private ask(): Promise<void> {
    this.asking ??= this.askAll().finally(() => {
      this.asking = undefined
      this.arm()
    })
    return this.asking
  }

  private async askAll(): Promise<void> {
    const silent = this.engine.silent()
    for (let from = 0; from < silent.length; from += LANES)
      await Promise.all(silent.slice(from, from + LANES).map((run_id) => this.askOne(run_id)))
  }

  private async askOne(run_id: RunId): Promise<void> {
    const for_ms = this.engine.follow(run_id)
    try {
      const answer = await this.find(run_id).follow({ owner: this.owner, for_ms })
      if (answer.kind === 'unknown' && answer.deleted === true) return this.forgetRuns([run_id])
      this.engine.heard(run_id, answer)
    } catch (error) {
      this.log('a run could not be asked for its standing, and will be', error, run_id)
    }
  }

  protected forgetRuns(run_ids: readonly RunId[]): void {
    if (this.engine.forget(run_ids)) this.watch.watchers.cutAll()
    for (const run_id of run_ids) this.admissions.drop(run_id)
    this.tokens.dropRuns(run_ids)
    this.admit()
  }

  /** Tells the runs what they lack of their orders. The alarm is set before, and makes good what is cut off. */
  protected admit(): void {
    const telling = this.admissions.tell().then(() => this.arm())
    this.arm()
    this.ctx.waitUntil(telling)
  }

  private arm(): void {
    const arming = this.wakeUp.arm(this.wakeDue()).catch((error: unknown) => {
      this.log('the alarm of a list was not set, and will be with the next change', error)
    })
    this.ctx.waitUntil(arming)
  }

  /** When the alarm is due next: to ask a run while somebody follows, or for a socket whose token expires. */
  private wakeDue(): number | undefined {
    const { watchers } = this.watch
    const dues = [
      this.desk.wakeDue(),
      this.notices.wakeDue(),
      this.stalls.wakeDue(),
      this.admissions.due(),
      watchers.wakeDue(),
      watchers.size > 0 ? this.engine.askDue() : undefined,
    ]
    const known = dues.filter((due) => due !== undefined)
    return known.length === 0 ? undefined : Math.min(...known)
  }

  private log(message: string, error: unknown, run_id?: RunId): void {
    consoleLog('error', message, { owner: this.owner, run_id, error: describeError(error) })
  }
}

/** An owner's runs are archived one by one, and a list takes the owner's own tokens alone. */
function never(): boolean {
  return false
}
