import { DurableObject } from 'cloudflare:workers'

import { instantFailpoint } from '../../failpoint.ts'
import { consoleLog, describeError } from '../../log.ts'
import { nextTurn } from '../../pause.ts'
import type { Owner } from '../../protocol/ids.ts'
import type { Settings } from '../../settings.ts'
import { readSettings } from '../../settings.ts'
import { type Alarm, alarmOf } from '../outbox/alarm.ts'
import { tryRepeatedly } from '../outbox/repeated-tries.ts'
import type { OwnerRpc } from '../owner/owner-rpc.ts'
import type { ShownChanges } from '../watch/shown.ts'
import { hibernatingSockets } from '../watch/socket-host.ts'
import { Sockets } from '../watch/sockets.ts'
import { WatchEndpoint } from '../watch/watch-endpoint.ts'
import { meetDeadlines, postpone } from './deadlines.ts'
import { dispatch } from './dispatch.ts'
import { RunErasure } from './erasure.ts'
import { type ListLine, openListLine } from './list-line.ts'
import { RunBroadcast } from './run-broadcast.ts'
import { RunEngine } from './run-engine.ts'
import { type FlightQueues, type PostEnv, RunPost } from './run-post.ts'
import type { Run } from './run-state.ts'
import { takeSlice } from './slices.ts'
import type { RunStore } from './store/run-store.ts'
import { openSqlStore } from './store/sql-store.ts'

const UNARMED = 'the alarm was not set, and will be'
const UNSENT = 'messages were not sent, and will be'
const UNTOLD = 'the owner’s list was not told of the run, and will be'
const UNSLICED = 'a slice of jobs was not changed, and will be'

/** What the object calls: the queues of flights, and the objects of owners. */
export type RunObjectPeers = {
  readonly flights: FlightQueues
  readonly owner: (owner: Owner) => Pick<OwnerRpc, 'tell'>
}

/** The Worker's bindings that this object uses: its settings, and the queues of its messages. */
export type RunObjectEnv = PostEnv & { readonly SETTINGS: string }

/**
 * The parts of a run's object, how they are connected, and what the platform calls: the alarm, requests, sockets.
 * Others call `RunObject`.
 */
export class RunShell extends DurableObject<RunObjectEnv> {
  protected readonly settings: Settings
  protected readonly store: RunStore
  protected readonly engine: RunEngine
  protected readonly flights: FlightQueues
  private readonly post: RunPost
  protected readonly line: ListLine
  protected readonly watch: RunBroadcast
  private readonly sockets: Sockets
  private readonly endpoint: WatchEndpoint
  protected readonly wakeUp: Alarm
  protected readonly erasure: RunErasure
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
    this.sockets = new Sockets({ host: hibernatingSockets(ctx), run, watchers, settings })
    const { sockets } = this
    const revoked = (token_id: string): boolean => store.isTokenRevoked(token_id)
    const archivedFor = (owner: string): boolean => this.engine.tombstone?.owner === owner
    this.endpoint = new WatchEndpoint({ run, archivedFor, watchers, sockets, settings, revoked })
    this.wakeUp = alarmOf(ctx.storage)
    this.erasure = this.openErasure()
    void ctx.blockConcurrencyWhile(async () => {
      await this.wakeUp.restore()
      this.sockets.restore()
      await this.wakeUp.arm(this.wakeDue())
    })
  }

  private openErasure(): RunErasure {
    const { engine, wakeUp } = this
    return new RunErasure({
      storage: this.ctx.storage,
      engine,
      watchers: this.watch.watchers,
      wakeUp,
    })
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
  protected takeSlices(): Promise<void> {
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
