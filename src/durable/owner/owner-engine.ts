import type { Owner, RunId } from '../../protocol/ids.ts'
import type { RunStatus } from '../../protocol/status.ts'
import { isTerminalRun } from '../../protocol/terminal.ts'
import type { Settings } from '../../settings.ts'
import type { FollowAnswer } from '../run/run-rpc.ts'
import { Frame } from '../watch/frame.ts'
import type { WatchSubject, ShownChanges } from '../watch/shown.ts'
import {
  askDue,
  hear,
  isEarlier,
  itemOf,
  openList,
  type OwnerList,
  silentRuns,
} from './owner-list.ts'
import type { RunStanding } from './owner-rpc.ts'
import type { OwnerStore } from './owner-store.ts'

type OwnerPorts = {
  readonly owner: Owner
  readonly store: OwnerStore
  readonly settings: Pick<Settings, 'follow_ms' | 'listed_runs'>
  readonly now: () => number
  readonly mintEpoch: () => string
  /** Called with each standing, unless the list has a later one of the same run. */
  readonly admit: (standing: RunStanding) => void
  /** Called with each standing, also with one that comes late or again. */
  readonly reported?: (standing: RunStanding) => void
  /** Called when the list has a new seq, with the changed rows. */
  readonly changed: (changes: ShownChanges) => void
  /** Called in the transaction that takes over a standing. `known`: the run as the list had it before. */
  readonly heard?: (standing: RunStanding, known: RunStanding | undefined) => void
}

/** An owner's list of runs behind its ports. Each call is one transaction, decided by `owner-list.ts`. */
export class OwnerEngine {
  private readonly ports: OwnerPorts
  private current: OwnerList | undefined
  /** In memory: an object that wakes asks all runs again. */
  private readonly leases = new Map<RunId, number>()

  constructor(ports: OwnerPorts) {
    this.ports = ports
    this.current = ports.store.readList()
  }

  /** The list as watchers see it. Undefined before the first run or watcher. */
  get shown(): WatchSubject | undefined {
    return this.current && { ...this.current, owner: this.ports.owner, status_seq: 0 }
  }

  /** Makes the list, unless there is one. */
  open(): OwnerList {
    const { store, mintEpoch } = this.ports
    if (this.current !== undefined) return this.current
    const list = openList(mintEpoch())
    store.transaction(() => store.writeList(list))
    this.current = list
    return list
  }

  /** Enters a run, or brings its row up to date (OWN-1). */
  hear({ notices, ...standing }: RunStanding): void {
    const { store, settings, changed } = this.ports
    const list = this.open()
    this.ports.reported?.({ ...standing, ...(notices === undefined ? {} : { notices }) })
    const known = store.findRun(standing.run_id)
    if (known !== undefined && isEarlier(standing, known.standing)) return
    this.ports.admit(standing)
    const heard = hear(list, known, standing)
    if (heard === undefined) return
    store.transaction(() => {
      store.putRun(heard.row)
      store.writeList(heard.list)
      if (isTerminalRun(standing.status)) store.dropEnded(settings.listed_runs)
      this.ports.heard?.(standing, known?.standing)
    })
    this.current = heard.list
    changed({ jobs: [itemOf(heard.row)], groups: [] })
  }

  /** The runs of the list. */
  runs(): readonly RunId[] {
    return this.current === undefined ? [] : this.ports.store.allRuns()
  }

  /**
   * Takes deleted runs out of the list. No event takes a row out of a client's state: the list gets another epoch, so that
   * its followers get it anew. Returns whether the list had one of them.
   */
  forget(run_ids: readonly RunId[]): boolean {
    const { store, mintEpoch } = this.ports
    const list = this.current
    const known = list === undefined ? [] : run_ids.filter((run_id) => store.findRun(run_id))
    if (list === undefined || known.length === 0) return false
    const next = { ...list, epoch: mintEpoch(), seq: list.seq + 1 }
    store.transaction(() => {
      for (const run_id of known) store.dropRun(run_id)
      store.writeList(next)
    })
    for (const run_id of known) this.leases.delete(run_id)
    this.current = next
    return true
  }

  /** Takes the answer of a run that was asked. A run that nobody knows any more must not look as if it went on. */
  heard(run_id: RunId, answer: FollowAnswer): void {
    if (answer.kind === 'live') return this.hear(answer.standing)
    const known = this.ports.store.findRun(run_id)
    if (known === undefined) return
    const at = Math.max(this.ports.now(), known.standing.at)
    const lost = { code: 'unknown', message: 'The run is not known any more.' }
    const end = answer.kind === 'archived' ? answer : { status: 'error' as const, error: lost }
    const { status } = end
    this.hear({ ...known.standing, at, status, ...('error' in end ? { error: end.error } : {}) })
  }

  /** Notes that a run was told that the list is followed. Returns for how long. */
  follow(run_id: RunId): number {
    const { settings, now } = this.ports
    this.leases.set(run_id, now() + settings.follow_ms)
    return settings.follow_ms
  }

  /** The runs that go on and may have been silent. */
  silent(): RunId[] {
    return this.current === undefined ? [] : silentRuns(this.live(), this.leases, this.ports.now())
  }

  /** When a run is to be asked next. */
  askDue(): number | undefined {
    return this.current === undefined ? undefined : askDue(this.live(), this.leases)
  }

  /** The frame of a `progress`: how many of the list's runs have each status. */
  progress(): Frame {
    const counted = this.ports.store.countRuns()
    const by_status = Object.fromEntries(counted.map(({ status, count }) => [status, count]))
    const total = counted.reduce((sum, { count }) => sum + count, 0)
    const data = JSON.stringify({ counts: { total, by_status }, groups_open: 0, rate: 0 })
    const { seq } = this.open()
    const to = { kind: 'shown', shown: seq, listed: seq } as const
    const events = [{ event: 'progress', data }]
    return new Frame(events, { to, listed: false, unlisted: false, final: false })
  }

  /** The runs of the list that go on. */
  liveRuns(): readonly RunId[] {
    return this.current === undefined ? [] : this.ports.store.liveRuns()
  }

  /** The status of a run as the list has it. */
  statusOf(run_id: RunId): RunStatus | undefined {
    return this.current && this.ports.store.findRun(run_id)?.standing.status
  }

  /** Returns the title of a run. Undefined: the list does not have the run. */
  titleOf(run_id: RunId): string | undefined {
    return this.current && this.ports.store.findRun(run_id)?.standing.title
  }

  isLive(run_id: RunId): boolean {
    const status = this.statusOf(run_id)
    return status !== undefined && !isTerminalRun(status)
  }

  private live(): RunId[] {
    const live = this.ports.store.liveRuns()
    for (const run_id of this.leases.keys()) {
      if (!live.includes(run_id)) this.leases.delete(run_id)
    }
    return live
  }
}
