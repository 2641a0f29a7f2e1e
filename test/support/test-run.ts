import type { RunStanding, ToldAnswer } from '../../src/durable/owner/owner-rpc.ts'
import { takeAnswer } from '../../src/durable/run/admission.ts'
import { archive } from '../../src/durable/run/archival.ts'
import { loseMessage, meetDeadlines, postpone } from '../../src/durable/run/deadlines.ts'
import { dispatch } from '../../src/durable/run/dispatch.ts'
import { claim, report } from '../../src/durable/run/flights.ts'
import type { Job } from '../../src/durable/run/job-state.ts'
import { addJobs, claimPlan, closeGroup } from '../../src/durable/run/plans.ts'
import { RunProgress } from '../../src/durable/run/progress.ts'
import { RunEngine, type RunTransaction } from '../../src/durable/run/run-engine.ts'
import type { RunEntry, Subject } from '../../src/durable/run/run-outbox.ts'
import type { ArchiveMark, RunStart } from '../../src/durable/run/run-rpc.ts'
import type { Run } from '../../src/durable/run/run-state.ts'
import { standingOf } from '../../src/durable/run/standing.ts'
import type { RunStore } from '../../src/durable/run/store/run-store.ts'
import type {
  FlightGrant,
  LostMessage,
  ReportAnswer,
  ReportRow,
} from '../../src/durable/run/work-rpc.ts'
import type { ShownChanges } from '../../src/durable/watch/shown.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import { Settings } from '../../src/settings.ts'
import { openMemoryStore } from './memory-store.ts'

export const alice = Owner.parse('alice')

export type TestRunOptions = {
  readonly settings?: Partial<Settings>
  readonly flight_jobs?: number
  readonly changed?: (change: ShownChanges) => void
  /** The owner's object cannot be reached. */
  readonly mute?: boolean
  /** What the owner's object answers. Undefined: no answer comes. Without this option the object is one of an earlier version, which admits every run. */
  readonly answer?: (standing: RunStanding) => ToldAnswer | undefined
}

/** A run over a store in memory, with a clock that stands still. Its ports only keep what they get. */
export class TestRun {
  now = 1_700_000_000_000
  readonly store: RunStore = openMemoryStore()
  readonly settings: Settings
  /** The messages that were sent and not yet taken. */
  mail: RunEntry[] = []
  armed: number | undefined
  /** The changes that the engine reported for each new seq. */
  readonly changes: ShownChanges[] = []
  /** The standings that the owner's list was told. */
  readonly told: RunStanding[] = []
  engine: RunEngine
  private telling = false
  private readonly options: TestRunOptions

  constructor(options: TestRunOptions = {}) {
    this.options = options
    this.settings = Settings.parse(options.settings ?? {})
    this.engine = this.open()
  }

  /** The object is evicted and wakes: a new engine opens the same storage. */
  restart(): void {
    this.engine = this.open()
  }

  get run(): Run {
    const { run } = this.engine
    if (run === undefined) throw new Error('no run was created')
    return run
  }

  create(...keys: string[]) {
    return this.engine.create(this.start(...keys), 'epoch')
  }

  start(...keys: string[]): RunStart {
    return {
      run_id: RunId.parse('0'.repeat(32)),
      owner: alice,
      pipeline: 'letters',
      flight_jobs: this.options.flight_jobs ?? 2,
      body_hash: 'hash',
      groups: keys.map((key) => ({ key: GroupKey.parse(key), input: JSON.stringify({ key }) })),
    }
  }

  /** Runs one transaction over the run. */
  call<R, T>(work: (tx: RunTransaction, request: R) => T, request: R): T {
    const answer = this.engine.transact((tx) => ({ answer: work(tx, request) }))
    if (answer === undefined) throw new Error('no run was created')
    return answer.answer
  }

  /** Takes the messages of one kind off the queue. */
  take(kind: Subject['kind']): RunEntry[] {
    const taken = this.mail.filter(({ subject }) => subject.kind === kind)
    this.mail = this.mail.filter(({ subject }) => subject.kind !== kind)
    return taken
  }

  /** Lets time pass, and fires the alarm if it is due. */
  pass(ms: number): void {
    this.now += ms
    if (this.armed !== undefined && this.armed <= this.now) this.wake()
  }

  wake(): void {
    this.engine.transact(meetDeadlines)
  }

  /** Tells the run that a message ended among the dead letters. */
  lose(message: LostMessage): void {
    this.engine.transact((tx) => loseMessage(tx, message))
  }

  /** Tells the run that the queue did not take the messages of these entries. */
  postpone(entries: readonly RunEntry[]): void {
    this.engine.transact((tx) => postpone(tx, entries))
  }

  /**
   * Archives the run, as after a complete write to Postgres. Returns whether the run is still the one of
   * the mark.
   */
  archive(mark: ArchiveMark): boolean {
    const tombstone = archive({ run: this.run, store: this.store }, mark)
    if (tombstone !== undefined) this.engine.archive(tombstone)
    return tombstone !== undefined
  }

  /** Plans a group from its claim to its close. Its jobs are `<group>-0`, `<group>-1` and so on. */
  plan(group: number, count: number): void {
    const { attempt } = this.grantPlan(group)
    this.call(addJobs, { group, attempt, jobs: seeds(group, count) })
    this.call(closeGroup, { group, attempt })
  }

  grantPlan(group: number) {
    const grant = this.call(claimPlan, { group })
    if (grant.kind === 'refused') throw new Error(`the plan of group ${group} was refused`)
    return grant
  }

  /** Takes the next flight's message off the queue, and claims the flight. */
  claim(): Claimed {
    const message = this.mail.find(({ subject }) => subject.kind === 'flight')
    if (message === undefined) throw new Error('no flight was sent')
    this.mail = this.mail.filter((entry) => entry !== message)
    const grant = this.call(claim, { flight: message.id })
    if (grant.kind === 'refused') throw new Error(`flight ${message.id} was refused`)
    return { ...grant, flight: message.id }
  }

  /** Reports jobs of a flight. `row` makes each job's row; by default all are new. */
  report(
    claimed: Claimed,
    {
      last = true,
      row = ready,
    }: { last?: boolean; row?: (n: number) => Reported | undefined } = {},
  ): ReportAnswer {
    const { flight, grant, jobs } = claimed
    const rows = jobs.flatMap(({ n, attempt }): ReportRow[] => {
      const told = row(n)
      return told === undefined ? [] : [{ n, attempt, ...told }]
    })
    return this.call(report, { flight, grant, rows, last })
  }

  /** Claims every flight that was sent, and reports all its jobs as ready. */
  flyAll(): void {
    while (this.mail.some(({ subject }) => subject.kind === 'flight')) this.report(this.claim())
  }

  jobs(): Job[] {
    return this.store.pageJobs({ after: null, limit: 100_000 })
  }

  job(group: number, n: number): Job {
    const [job] = this.store.readJobs(group, [n])
    if (job === undefined) throw new Error(`no job ${group}/${n}`)
    return job
  }

  statuses(): string[] {
    return this.jobs().map(({ status }) => status)
  }

  /** Returns whether the run still owes the work of a message, and has sent it. */
  owes({ id }: RunEntry): boolean {
    return this.store.readEntries().some((entry) => entry.id === id && entry.state === 'sent')
  }

  entries(kind: Subject['kind']): RunEntry[] {
    return this.store.readEntries().filter(({ subject }) => subject.kind === kind)
  }

  /** The run as its owner's list shows it now. */
  standing(): RunStanding {
    const { run, store, now, settings } = this
    const standstill = { run, entries: store.readEntries(), now }
    const progress = () => new RunProgress(settings).now(standstill)
    return standingOf(run, { groups: store.readGroups(), progress, now })
  }

  private tell(): void {
    this.telling = false
    const standing = this.standing()
    this.told.push(standing)
    const { mute = false, answer: asked = () => ({ followed_ms: 0 }) } = this.options
    const answer = mute ? undefined : asked(standing)
    if (answer !== undefined) this.engine.transact((tx) => takeAnswer(tx, { standing, answer }))
  }

  private open(): RunEngine {
    return new RunEngine({
      store: this.store,
      settings: this.settings,
      now: () => this.now,
      dispatch,
      post: (entries) => this.mail.push(...entries),
      tell: () => {
        this.telling = true
      },
      changed: (change) => {
        this.changes.push(change)
        this.options.changed?.(change)
      },
      // This is the last step of a transaction. The owner's list hears of the run at once.
      arm: (due) => {
        this.armed = due
        if (this.telling) this.tell()
      },
      // Only the alarm takes slices here.
      goOn: () => {},
    })
  }
}

export type Claimed = FlightGrant & { readonly flight: number }

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** A report's row without the job. */
export type Reported = DistributiveOmit<ReportRow, 'n' | 'attempt'>

export function ready(): Reported {
  return { kind: 'ready', outcome: 'new' }
}

export function failed(retryable = true): Reported {
  return { kind: 'failed', failure: { code: 'broken', message: 'It broke.', retryable } }
}

export function step(): Reported {
  return { kind: 'step', step: 'crawling' }
}

export function seed(external_id: string, title = `Title of ${external_id}`) {
  return { external_id: ExternalId.parse(external_id), title, payload: '{}' }
}

export function seeds(group: number, count: number) {
  return Array.from({ length: count }, (_, n) => seed(`${group}-${n}`))
}
