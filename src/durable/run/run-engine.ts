import type { Owner } from '../../protocol/ids.ts'
import type { Settings } from '../../settings.ts'
import type { Entry } from '../outbox/entry.ts'
import { dueAction, hold, nextWake } from '../outbox/entry.ts'
import { isAsOf } from './archival.ts'
import { loseFlight } from './flights.ts'
import type { Group } from './group-state.ts'
import { openGroup } from './group-state.ts'
import { tellDeadLetter } from './log-lines.ts'
import { losePlan } from './plans.ts'
import type { ArchiveMark, CreateAnswer, LostMessage, RunStart } from './run-rpc.ts'
import type { Run } from './run-state.ts'
import { openRun } from './run-state.ts'
import { RunChange } from './run-transaction.ts'
import type { JobChange, RunStore } from './store/run-store.ts'
import { entomb, startAgain, type Tombstone } from './tombstone.ts'

/** What one transaction changed of what is shown of jobs and groups, each as it stands after it. */
export type Changed = { readonly jobs: readonly JobChange[]; readonly groups: readonly Group[] }

/** What is outside: the clock, and what has to happen once a transaction is committed. */
export type EnginePorts = {
  readonly store: RunStore
  readonly settings: Settings
  readonly now: () => number
  /** Messages to send; what cannot be sent comes back by `unsent`. */
  readonly post: (entries: readonly Entry[]) => void
  /** The state has a new seq, with these changes of jobs and groups. */
  readonly changed: (change: Changed) => void
  /** When to call `wake`, in ms since 1970; undefined: never. */
  readonly arm: (due: number | undefined) => void
}

/**
 * A run behind its ports: each call is one transaction over the store, by transitions that know
 * nothing of storage, clocks or queues. It does nothing before `create` (RUN-5).
 */
export class RunEngine {
  private current: Run | undefined
  /** What an archived run left. */
  private buried: Tombstone | undefined
  private readonly ports: EnginePorts

  constructor(ports: EnginePorts) {
    this.ports = ports
    this.current = ports.store.readRun()
    if (this.current === undefined) this.buried = ports.store.readTombstone()
  }

  get run(): Run | undefined {
    return this.current
  }

  get tombstone(): Tombstone | undefined {
    return this.buried
  }

  /** Whether a run of this owner is here, or was until it was archived. */
  belongsTo(owner: Owner): boolean {
    return (this.current ?? this.buried)?.owner === owner
  }

  /** The run, if it is this owner's. */
  ownedBy(owner: Owner): Run | undefined {
    return this.current?.owner === owner ? this.current : undefined
  }

  /** Equal starts are one run; another body under the same name is refused. */
  create(start: RunStart, epoch: string): CreateAnswer {
    const known = this.current ?? this.buried
    if (known !== undefined) return startAgain(known, start)
    const run = openRun(start, epoch, this.ports.now())
    this.commit(run, (change) => {
      change.store.createRun(run)
      const groups = start.groups.map(({ key, title, input }, ord) => ({
        group: openGroup(ord, key, title),
        input,
      }))
      change.insertGroups(groups)
      change.owe({ kind: 'checkpoint' }, change.now)
    })
    return { kind: 'created', status: run.life.status, created_at: iso(run.created_at) }
  }

  /** One transaction over the run. Undefined: there is none. */
  change<T>(work: (change: RunChange) => T): T | undefined {
    return this.current === undefined ? undefined : this.commit(this.current, work)
  }

  /** The alarm: sends again what nobody claimed, and takes back leases that ran out. */
  wake(): void {
    this.change((change) => {
      for (const entry of change.store.readEntries()) this.act(change, entry)
    })
  }

  /** When `wake` is due next, in ms since 1970; undefined: nothing is owed. */
  wakeDue(): number | undefined {
    if (this.current === undefined) return undefined
    return nextWake(this.ports.store.readEntries(), this.ports.now())
  }

  /** A message that ended among the dead letters is no end: its work goes out again (JOB-5). */
  lost(message: LostMessage): void {
    this.change((change) => {
      const entry = change.store.readEntries().find((e) => isAbout(e, message))
      if (entry === undefined || entry.state === 'held') return
      const { subject } = entry
      const group = 'group' in subject ? change.store.readGroup(subject.group)?.key : undefined
      change.sayLate([tellDeadLetter(group)])
      if (entry.state === 'leased') lose(change, entry)
      else change.store.writeEntry(hold(entry, change.now))
    })
  }

  /**
   * Postgres has all of the run as it was then: a tombstone stays, and no call finds a run here any
   * more (RUN-1). `before` comes first. Nothing happens where the run has changed since.
   */
  bury(mark: ArchiveMark, before: () => void): void {
    const { store, now } = this.ports
    const run = this.current
    const tombstone = run && isAsOf({ run, store }, mark) ? entomb(run) : undefined
    if (tombstone === undefined) return
    before()
    store.transaction(() => store.bury(tombstone, now()))
    this.current = undefined
    this.buried = tombstone
  }

  /** These could not be sent: they are due again after a wait. */
  unsent(entries: readonly Entry[]): void {
    this.change((change) => {
      const due = change.now + change.settings.backoff_ms
      const ids = new Set(entries.map((entry) => entry.id))
      for (const entry of change.store.readEntries()) {
        if (ids.has(entry.id) && entry.state === 'sent') change.store.writeEntry(hold(entry, due))
      }
    })
  }

  private act(change: RunChange, entry: Entry): void {
    switch (dueAction(entry, change.now)) {
      case 'wait':
        return
      case 'send':
        // A sent entry keeps its count, so that its next deadline is later.
        if (entry.state === 'sent') change.store.writeEntry({ ...entry, state: 'held' })
        return
      case 'lose':
        lose(change, entry)
    }
  }

  private commit<T>(run: Run, work: (change: RunChange) => T): T {
    const { store, settings, now, post, changed, arm } = this.ports
    const change = new RunChange(store, run, { now: now(), settings })
    const answer = store.transaction(() => {
      const result = work(change)
      change.finish()
      return result
    })
    const moved = this.current === undefined || change.run.seq !== run.seq
    this.current = change.run
    if (change.messages.length > 0) post(change.messages)
    if (moved) changed(change.changed)
    arm(nextWake(store.readEntries(), change.now))
    return answer
  }
}

function lose(change: RunChange, entry: Entry): void {
  losePlan(change, entry)
  loseFlight(change, entry)
}

function isAbout({ id, subject }: Entry, message: LostMessage): boolean {
  switch (message.kind) {
    case 'plan':
      return subject.kind === 'plan' && subject.group === message.group
    case 'flight':
      return subject.kind === 'flight' && id === message.flight
    case 'checkpoint':
    case 'archive':
      return subject.kind === message.kind
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
