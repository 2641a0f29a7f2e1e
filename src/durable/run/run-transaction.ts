import { type Nouns, nounsOf } from '../../protocol/nouns.ts'
import type { Reason } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'
import type { Entry, Subject } from '../outbox/entry.ts'
import { hold } from '../outbox/entry.ts'
import { dispatch } from './dispatch.ts'
import type { Group } from './group-state.ts'
import { type Job, type JobPair, stampJob } from './job-state.ts'
import { tellRun } from './log-lines.ts'
import type { Changed } from './run-engine.ts'
import type { SaidLine } from './run-rpc.ts'
import type { Run } from './run-state.ts'
import { conclude, groupChanged, isEnded, isThrough, jobsAdded, jobsChanged } from './run-state.ts'
import type { JobChange, NewLine, RunStore } from './store/run-store.ts'
import { changeOf } from './store/run-store.ts'

/**
 * One transaction over a run: what it changes of jobs, groups and outbox, the counts and the seq
 * that follow from it, and at its end the conclusion and the next messages.
 */
export class RunChange {
  run: Run
  /** Messages to send once this is committed. */
  readonly messages: Entry[] = []
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

  /** What this run's groups and jobs are to a person, for what is said of them. */
  get nouns(): Nouns {
    return nounsOf(this.run.pipeline)
  }

  get changed(): Changed {
    return { jobs: this.jobs, groups: [...this.groups.values()] }
  }

  /** This transaction's seq: taking it says that the state changes. */
  seq(): number {
    if (this.run.seq === this.before.seq) this.run = { ...this.run, seq: this.before.seq + 1 }
    return this.run.seq
  }

  /** A change of the run alone: where it is of its status, it raises the seq when the change ends. */
  turn(next: (run: Run) => Run): void {
    this.run = next(this.run)
  }

  insertGroups(rows: readonly { readonly group: Group; readonly input: string }[]): void {
    this.store.insertGroups(rows)
    for (const { group } of rows) this.groups.set(group.ord, group)
  }

  setGroup(before: Group, after: Group): void {
    this.writeGroup({ ...after, seq: this.seq() })
    this.run = groupChanged(this.run, [before, after], this.now)
  }

  addJobs(group: Group, jobs: readonly Job[]): void {
    const seq = this.seq()
    this.store.insertJobs(jobs)
    this.writeGroup({ ...group, found: group.found + jobs.length, seq })
    this.run = jobsAdded(this.run, jobs.length)
    this.note(jobs)
  }

  setJobs(changes: readonly JobPair[]): void {
    if (changes.length === 0) return
    const seq = this.seq()
    const stamped = changes.map(([before, after]): JobPair => [
      before,
      stampJob(before, after, seq),
    ])
    const jobs = stamped.map(([, after]) => after)
    this.store.writeJobs(jobs)
    this.run = jobsChanged(this.run, stamped)
    // A loss alone is nothing that is shown of a job: the log tells it.
    this.note(jobs.filter(({ told }) => told === seq))
  }

  /** The group's pointer moves on; no watcher is shown it. */
  pass(ord: number, dispatched: number): void {
    const group = this.store.readGroup(ord)
    if (group === undefined) return
    const passed = { ...group, dispatched }
    this.store.writeGroup(passed)
    if (this.groups.has(ord)) this.groups.set(ord, passed)
  }

  /** Something new is owed, and due at `due`; until then it waits for what `waits` says, if anything. */
  owe(subject: Subject, due: number, waits: Reason | null = null): void {
    this.store.addEntry({ subject, state: 'held', due, sends: 0, grant: 0, waits })
  }

  /** Lines for the log, of a group or its jobs (EV-7). Part of the state: they raise the seq. */
  say(ord: number, lines: readonly SaidLine[]): void {
    if (lines.length === 0) return
    const group = this.store.readGroup(ord)?.key
    this.sayLines(lines.map((line) => ({ ...(group === undefined ? {} : { group }), ...line })))
  }

  /** Lines of the run as a whole. */
  sayLines(lines: readonly SaidLine[]): void {
    this.seq()
    this.keepLines(lines)
  }

  /** What comes after the end changes no state: the logs route alone shows it. */
  sayLate(lines: readonly SaidLine[]): void {
    if (lines.length === 0) return
    if (isEnded(this.before)) this.keepLines(lines)
    else this.sayLines(lines)
  }

  private keepLines(lines: readonly SaidLine[]): void {
    const ts = new Date(this.now).toISOString()
    for (const line of lines) this.lines.push({ ts, ...line })
  }

  /** One checkpoint at a time: what it brings to Postgres is read when it is done. */
  oweCheckpoint(): void {
    const owed = this.store.readEntries().find((e) => e.subject.kind === 'checkpoint')
    if (owed === undefined) this.owe({ kind: 'checkpoint' }, this.now)
    else this.store.writeEntry(hold(owed, this.now))
  }

  /** The last step of every transaction. */
  finish(): void {
    if (!isEnded(this.run) && isThrough(this.run))
      this.run = conclude(this.run, { now: this.now, groups: this.store.readGroups() })
    if (this.run.life.status !== this.before.life.status) {
      const seq = this.seq()
      this.run = { ...this.run, status_seq: seq }
      this.keepLines(tellRun(this.run))
      this.oweCheckpoint()
    }
    if (isEnded(this.run)) this.dropWork()
    dispatch(this)
    this.writeLines()
    if (this.run !== this.before) this.store.writeRun(this.run)
  }

  private writeLines(): void {
    if (this.lines.length === 0) return
    const late = isEnded(this.before) && isEnded(this.run)
    this.store.addLines(this.lines, { seq: this.run.seq, late, keep: this.settings.log_lines })
  }

  /** An ended run owes nothing but its checkpoint, and then its archive. */
  private dropWork(): void {
    for (const { id, subject } of this.store.readEntries()) {
      if ('group' in subject) this.store.dropEntry(id)
    }
  }

  private writeGroup(group: Group): void {
    this.store.writeGroup(group)
    this.groups.set(group.ord, group)
  }

  private note(jobs: readonly Job[]): void {
    for (const job of jobs) this.jobs.push(changeOf(job))
  }
}
