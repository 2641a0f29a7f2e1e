import type { Reason } from '../protocol/status.ts'
import type { Settings } from '../settings.ts'
import type { Group } from './group-state.ts'
import type { Job } from './job-state.ts'
import type { SaidLine } from './rpc.ts'
import type { Run } from './run-state.ts'
import { conclude, groupChanged, isEnded, jobsAdded, jobsChanged } from './run-state.ts'
import type { Entry, Subject } from './schedule.ts'
import { chooseFlights, hold, inFlight, restingGroups, send } from './schedule.ts'
import type { JobChange, NewLine, RunStore } from './store/run-store.ts'
import { tellRun } from './telling.ts'

/** Plans that wait for something outside at once: more would only crowd the outbox. */
const WAITING_PLANS = 1_000

/** Groups looked at for their next flight: more would not make the sharing any fairer. */
const GROUPS_CONSIDERED = 200

/**
 * One transaction over a run: what it changes of jobs, groups and outbox, the counts and the seq
 * that follow from it, and at its end the conclusion and the next messages.
 */
export class RunChange {
  run: Run
  /** Messages to send once this is committed. */
  readonly messages: Entry[] = []
  /** Jobs whose status changed. */
  changed: JobChange[] = []
  readonly store: RunStore
  readonly now: number
  readonly settings: Settings
  private readonly before: Run
  private readonly lines: NewLine[] = []

  constructor(store: RunStore, run: Run, context: { now: number; settings: Settings }) {
    this.store = store
    this.before = run
    this.run = run
    this.now = context.now
    this.settings = context.settings
  }

  /** This transaction's seq: taking it says that the state changes. */
  seq(): number {
    if (this.run.seq === this.before.seq) this.run = { ...this.run, seq: this.before.seq + 1 }
    return this.run.seq
  }

  /** A change of the run alone: of its status, which raises the seq when the change ends. */
  turn(next: (run: Run) => Run): void {
    this.run = next(this.run)
  }

  setGroup(before: Group, after: Group): void {
    this.seq()
    this.store.writeGroup(after)
    this.run = groupChanged(this.run, [before, after], this.now)
  }

  addJobs(group: Group, jobs: readonly Job[]): void {
    this.seq()
    this.store.insertJobs(jobs)
    this.store.writeGroup({ ...group, found: group.found + jobs.length })
    this.run = jobsAdded(this.run, jobs.length)
  }

  /** Grants are no change of the state that a watcher is shown, so they raise no seq. */
  grantJobs(jobs: readonly Job[]): void {
    this.store.writeJobs(jobs)
  }

  setJobs(changes: readonly (readonly [Job, Job])[]): void {
    if (changes.length === 0) return
    const seq = this.seq()
    const jobs = changes.map(([, after]) => ({ ...after, seq }))
    this.store.writeJobs(jobs)
    this.run = jobsChanged(this.run, changes)
    this.note(jobs)
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
  private sayLines(lines: readonly SaidLine[]): void {
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

  /** The last step of every transaction. */
  finish(): void {
    if (!isEnded(this.run)) this.run = conclude(this.run, this.now)
    if (this.run.life.status !== this.before.life.status) {
      const seq = this.seq()
      this.run = { ...this.run, status_seq: seq }
      this.keepLines(tellRun(this.run))
      this.oweCheckpoint()
    }
    if (isEnded(this.run)) this.dropWork()
    this.dispatch()
    this.writeLines()
    if (this.run !== this.before) this.store.writeRun(this.run)
  }

  private writeLines(): void {
    if (this.lines.length === 0) return
    const late = isEnded(this.before)
    this.store.addLines(this.lines, { seq: this.run.seq, late, keep: this.settings.log_lines })
  }

  /** One checkpoint at a time: what it brings to Postgres is read when it is done. */
  private oweCheckpoint(): void {
    const owed = this.store.readEntries().find((e) => e.subject.kind === 'checkpoint')
    if (owed === undefined) this.owe({ kind: 'checkpoint' }, this.now)
    else this.store.writeEntry(hold(owed, this.now))
  }

  /** An ended run owes nothing but its checkpoint. */
  private dropWork(): void {
    for (const { id, subject } of this.store.readEntries()) {
      if (subject.kind !== 'checkpoint') this.store.dropEntry(id)
    }
  }

  /** Sends what is due and what the windows have room for. */
  private dispatch(): void {
    const entries = this.store.readEntries()
    this.dispatchPlans(entries)
    this.dispatchFlights(entries)
    for (const entry of entries) {
      if (entry.subject.kind === 'checkpoint' && this.isReady(entry)) this.post(entry)
    }
  }

  private dispatchPlans(entries: readonly Entry[]): void {
    const plans = entries.filter((e) => e.subject.kind === 'plan')
    const away = plans.filter((e) => e.state === 'held' && e.waits !== null).length
    const active = plans.filter((e) => e.state !== 'held').length
    let room = Math.min(this.settings.window_plans - active, WAITING_PLANS - away)
    for (const entry of plans.filter((e) => this.isReady(e)).slice(0, Math.max(0, room))) {
      this.post(entry)
      room -= 1
    }
    const { tally, plans_sent } = this.run
    const groups = tally.groups_open + tally.groups_closed + tally.groups_failed
    if (isEnded(this.run) || room <= 0 || plans_sent >= groups) return
    const end = Math.min(groups, plans_sent + room)
    for (let group = plans_sent; group < end; group += 1) this.postNew({ kind: 'plan', group })
    this.run = { ...this.run, plans_sent: end }
  }

  private dispatchFlights(entries: readonly Entry[]): void {
    const flying = inFlight(entries)
    let room = this.settings.window_jobs
    for (const count of flying.values()) room -= count
    for (const entry of entries) {
      if (entry.subject.kind !== 'flight' || !this.isReady(entry) || room <= 0) continue
      this.post(entry)
      room -= entry.subject.jobs.length
    }
    if (isEnded(this.run) || room <= 0) return
    const resting = restingGroups(entries)
    const waiting = this.store
      .waitingJobs(GROUPS_CONSIDERED + resting.size)
      .filter(({ group }) => !resting.has(group))
    const { flight_jobs } = this.run
    for (const { group, from, count } of chooseFlights(waiting, flying, { flight_jobs, room })) {
      const jobs = Array.from({ length: count }, (_, i) => from + i)
      this.postNew({ kind: 'flight', group, jobs })
      this.pass(group, from + count)
    }
  }

  /** The group's pointer moves on; no watcher is shown it. */
  private pass(ord: number, dispatched: number): void {
    const group = this.store.readGroup(ord)
    if (group !== undefined) this.store.writeGroup({ ...group, dispatched })
  }

  private isReady(entry: Entry): boolean {
    return entry.state === 'held' && entry.due <= this.now
  }

  private post(entry: Entry): void {
    const sent = send(entry, this.now, this.settings)
    this.store.writeEntry(sent)
    this.messages.push(sent)
  }

  private postNew(subject: Subject): void {
    const { now, settings } = this
    const fresh: Entry = {
      id: 0,
      subject,
      state: 'held',
      due: now,
      sends: 0,
      grant: 0,
      waits: null,
    }
    this.messages.push(this.store.addEntry(send(fresh, now, settings)))
  }

  private note(jobs: readonly JobChange[]): void {
    for (const job of jobs) this.changed.push(job)
  }
}
