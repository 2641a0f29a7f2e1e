import type { Owner } from '../../protocol/ids.ts'
import type { Nouns } from '../../protocol/pipelines.ts'
import type { Reason } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'
import { hold, nextWake, openEntry } from '../outbox/entry.ts'
import type { ShownChanges } from '../watch/shown.ts'
import { asGranted, type Granted, noteAttempt } from './attempts.ts'
import { type Group, openGroup } from './group-state.ts'
import { changeOf, type Job, type JobChange, type JobPair, stampJob } from './job-state.ts'
import { owe, oweChange, oweNotices } from './list-debt.ts'
import { logRun } from './log-lines.ts'
import type { RunEntry, Subject } from './run-outbox.ts'
import type { CreateAnswer, RunStart } from './run-rpc.ts'
import type { Run } from './run-state.ts'
import {
  conclude,
  groupChanged,
  isEnded,
  isThrough,
  jobsAdded,
  jobsChanged,
  nounsOf,
  openRun,
} from './run-state.ts'
import type { NewLine, RunStore } from './store/run-store.ts'
import { startAgain, type Tombstone } from './tombstone.ts'
import type { LineDraft } from './work-rpc.ts'

/**
 * One transaction over a run. Transitions change jobs, groups, the log and the outbox by its methods. It keeps the
 * run's counts and seq right, and ends the run once nothing is open.
 */
export class RunTransaction {
  run: Run
  /** Entries whose messages are sent once this transaction is committed. */
  readonly messages: RunEntry[] = []
  /** Whether the owner's list is told once this transaction is committed. */
  tells = false
  readonly store: RunStore
  readonly now: number
  readonly settings: Settings
  private readonly before: Run
  private readonly lines: NewLine[] = []
  private readonly jobs: JobChange[] = []
  private readonly groups = new Map<number, Group>()

  constructor(store: RunStore, run: Run, context: { now: number; settings: Settings }) {
    this.store = store
    this.before = run
    this.run = run
    this.now = context.now
    this.settings = context.settings
  }

  /** The words for this run's groups and jobs, for lines of its log. */
  get nouns(): Nouns {
    return nounsOf(this.run)
  }

  get changes(): ShownChanges {
    return { jobs: this.jobs, groups: [...this.groups.values()] }
  }

  /** The seq of this transaction. Asking for it means that the state changes, and raises the run's seq. */
  seq(): number {
    if (this.run.seq === this.before.seq) this.run = { ...this.run, seq: this.before.seq + 1 }
    return this.run.seq
  }

  /** Updates the run row only. If the status changed, `settle` raises the seq. */
  updateRun(next: (run: Run) => Run): void {
    this.run = next(this.run)
  }

  insertGroups(rows: readonly { readonly group: Group; readonly input: string }[]): void {
    this.store.insertGroups(rows)
    for (const { group } of rows) this.groups.set(group.ord, group)
  }

  setGroup(before: Group, after: Group): void {
    this.writeGroup({ ...after, seq: this.seq() })
    this.run = oweNotices(
      groupChanged(this.run, [before, after], this.now),
      [before, after],
      this.now,
    )
  }

  /** Returns the group as it is afterwards. */
  addJobs(group: Group, jobs: readonly Job[]): Group {
    const larger = { ...group, found: group.found + jobs.length, seq: this.seq() }
    this.store.insertJobs(jobs)
    this.writeGroup(larger)
    this.run = jobsAdded(this.run, jobs.length)
    this.noteShown(jobs)
    return larger
  }

  /** `flight`: the flight that carries the jobs, if one does. */
  setJobs(changes: readonly JobPair[], flight: Granted = {}): void {
    if (changes.length === 0) return
    const seq = this.seq()
    const stamped = changes.map(([before, after]): JobPair => {
      const attempts = noteAttempt(asGranted(before, flight), after, this.now)
      return [before, stampJob(before, { ...after, attempts }, seq)]
    })
    const jobs = stamped.map(([, after]) => after)
    this.store.writeJobs(stamped)
    this.run = jobsChanged(this.run, stamped)
    // A lost lease alone changes no part of a job that a watcher is shown: the log has a line on it.
    this.noteShown(jobs.filter(({ told }) => told === seq))
  }

  /** Notes that the group's jobs below this number were put into flights. Watchers are not shown this number. */
  markDispatched(ord: number, dispatched: number): void {
    const group = this.store.readGroup(ord)
    if (group === undefined) return
    const marked = { ...group, dispatched }
    this.store.writeGroup(marked)
    if (this.groups.has(ord)) this.groups.set(ord, marked)
  }

  /** Puts an entry into the outbox that is held until `due`, and says what it waits for, if anything. */
  enqueue(subject: Subject, due: number, waits: Reason | null = null): void {
    this.store.addEntry(openEntry(subject, due, waits))
  }

  /**
   * Makes the checkpoint due now. The outbox holds at most one: a checkpoint's content is read only when a
   * consumer makes it.
   */
  enqueueCheckpoint(): void {
    const entry = this.store.readEntries().find((e) => e.subject.kind === 'checkpoint')
    if (entry === undefined) this.enqueue({ kind: 'checkpoint' }, this.now)
    else this.store.writeEntry(hold(entry, this.now))
  }

  /** Appends lines on a group or its jobs to the log (EV-7). */
  appendGroupLog(ord: number, lines: readonly LineDraft[]): void {
    if (lines.length === 0) return
    const group = this.store.readGroup(ord)?.key
    this.appendLog(lines.map((line) => ({ ...(group === undefined ? {} : { group }), ...line })))
  }

  /** Appends lines to the log. They are part of the state, so they raise the seq. */
  appendLog(lines: readonly LineDraft[]): void {
    this.seq()
    this.addLines(lines)
  }

  /**
   * Appends lines that may come after the run's end. Lines after the end raise no seq, and only the logs route
   * shows them.
   */
  appendLateLog(lines: readonly LineDraft[]): void {
    if (lines.length === 0) return
    if (isEnded(this.before)) this.addLines(lines)
    else this.appendLog(lines)
  }

  /** Ends the run if nothing is open, and enqueues a checkpoint if the run's status changed. */
  settle(): void {
    if (!isEnded(this.run) && isThrough(this.run))
      this.run = conclude(this.run, { now: this.now, groups: this.store.readGroups() })
    if (this.run.life.status !== this.before.life.status) {
      const seq = this.seq()
      this.run = { ...this.run, status_seq: seq }
      this.addLines(logRun(this.run))
      this.enqueueCheckpoint()
    }
    if (isEnded(this.run)) this.dropWork()
    this.run = oweChange(this.before, this.run, this.now)
  }

  /**
   * Removes all plans and flights from the outbox: an ended run has only its checkpoint to send, and later its
   * archive.
   */
  dropWork(): void {
    for (const { id, subject } of this.store.readEntries()) {
      if ('group' in subject) this.store.dropEntry(id)
    }
  }

  /** Writes the log and the run's row. This is the last step. */
  write(): void {
    if (this.lines.length > 0) {
      const late = isEnded(this.before) && isEnded(this.run)
      this.store.addLines(this.lines, { seq: this.run.seq, late, keep: this.settings.log_lines })
    }
    if (this.run !== this.before) this.store.writeRun(this.run)
  }

  private addLines(lines: readonly LineDraft[]): void {
    const ts = new Date(this.now).toISOString()
    for (const line of lines) this.lines.push({ ts, ...line })
  }

  private writeGroup(group: Group): void {
    this.store.writeGroup(group)
    this.groups.set(group.ord, group)
  }

  private noteShown(jobs: readonly Job[]): void {
    for (const job of jobs) this.jobs.push(changeOf(job))
  }
}

/** The engine's ports: the clock, and what to do at the end of a transaction or after it. */
export type EnginePorts = {
  readonly store: RunStore
  readonly settings: Settings
  readonly now: () => number
  /** Decides at the end of each transaction, still within it, which messages go out now. */
  readonly dispatch: (tx: RunTransaction) => void
  /** Sends the messages of entries. If a message cannot be sent, the port calls `postpone` in a later transaction. */
  readonly post: (entries: readonly RunEntry[]) => void
  /** Tells the owner's list how the run stands. */
  readonly tell: () => void
  /** Called when the state has a new seq, with the changed jobs and groups. */
  readonly changed: (changes: ShownChanges) => void
  /** Sets the alarm for the time at which the object must wake by itself, in ms since 1970. Undefined: never. */
  readonly arm: (due: number | undefined) => void
  /**
   * Called when an abort or a retry has jobs left. The port calls `takeSlice` in later transactions until none is
   * left; if it does not, the alarm does.
   */
  readonly goOn: () => void
}

/**
 * A run behind its ports. Each call is one transaction over the store, by transitions that know nothing
 * of storage, clocks or queues. The engine does nothing before `create` (RUN-5).
 */
export class RunEngine {
  private current: Run | undefined
  private archived: Tombstone | undefined
  private readonly ports: EnginePorts

  constructor(ports: EnginePorts) {
    this.ports = ports
    this.current = ports.store.readRun()
    if (this.current === undefined) this.archived = ports.store.readTombstone()
  }

  get run(): Run | undefined {
    return this.current
  }

  /** The tombstone of the run that was archived here. */
  get tombstone(): Tombstone | undefined {
    return this.archived
  }

  /** Whether this object holds a run of this owner, or held one until the run was archived. */
  belongsTo(owner: Owner): boolean {
    return (this.current ?? this.archived)?.owner === owner
  }

  /** The run, if this owner's run is here. */
  ownedBy(owner: Owner): Run | undefined {
    return this.current?.owner === owner ? this.current : undefined
  }

  /**
   * Creates the run. A repeated start gets the same run; a start with another body under the same key is refused.
   */
  create(start: RunStart, epoch: string): CreateAnswer {
    const known = this.current ?? this.archived
    if (known !== undefined) return startAgain(known, start)
    const run = openRun(start, epoch, this.ports.now())
    this.commit(run, (tx) => {
      tx.store.createRun(run)
      const groups = start.groups.map(({ key, title, input }, ord) => ({
        group: openGroup(ord, key, title),
        input,
      }))
      tx.insertGroups(groups)
      tx.enqueue({ kind: 'checkpoint' }, tx.now)
      tx.updateRun((row) => owe(row, tx.now))
    })
    const created_at = new Date(run.created_at).toISOString()
    return { kind: 'created', status: run.life.status, created_at }
  }

  /** Does one transaction over the run. Returns undefined if there is no run. */
  transact<T>(work: (tx: RunTransaction) => T): T | undefined {
    return this.current === undefined ? undefined : this.commit(this.current, work)
  }

  /** Returns when the object must wake next, in ms since 1970. Undefined: the run has nothing to send. */
  wakeDue(): number | undefined {
    return this.current === undefined ? undefined : this.dueOf(this.current, this.ports.now())
  }

  /** Replaces the run by its tombstone, once all of the run is in Postgres: no call finds a run here any more. */
  archive(tombstone: Tombstone): void {
    const { store, now } = this.ports
    store.transaction(() => store.archive(tombstone, now()))
    this.current = undefined
    this.archived = tombstone
  }

  /** Holds no run any more, because the storage was emptied. */
  forget(): void {
    this.ports.store.forget()
    this.current = undefined
    this.archived = undefined
  }

  private dueOf({ sliced, telling }: Run, now: number): number | undefined {
    const { store, settings } = this.ports
    const owed = telling === undefined ? [] : [{ ...telling, id: 0 }]
    const due = nextWake([...store.readEntries(), ...owed], now)
    return sliced === undefined ? due : Math.min(due ?? Infinity, now + settings.backoff_ms)
  }

  private commit<T>(run: Run, work: (tx: RunTransaction) => T): T {
    const { store, settings, now, dispatch, post, tell, changed, arm, goOn } = this.ports
    const tx = new RunTransaction(store, run, { now: now(), settings })
    const answer = store.transaction(() => {
      const result = work(tx)
      tx.settle()
      dispatch(tx)
      tx.write()
      return result
    })
    const moved = this.current === undefined || tx.run.seq !== run.seq
    this.current = tx.run
    if (tx.messages.length > 0) post(tx.messages)
    if (tx.tells) tell()
    if (moved) changed(tx.changes)
    arm(this.dueOf(tx.run, tx.now))
    if (tx.run.sliced !== undefined) goOn()
    return answer
  }
}
