import type { FlightGrant, GrantedJob, ReportAnswer, LineDraft } from '../durable/run/run-rpc.ts'
import { Idle } from '../gate.ts'
import type { Log } from '../log.ts'
import { MustWait } from '../pipelines/fetch.ts'
import type { StepSaid, WorkPorts, WorkResult, WorkTask } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { RunId } from '../protocol/ids.ts'
import type { JobStep, Reason } from '../protocol/status.ts'
import { failureOf, Overdue } from './crash.ts'
import { aborted } from './within.ts'

/** What there is to pass on of one job: the step it has come to, its result, or that it must wait. */
export type JobReport = { readonly job: GrantedJob } & (
  | { readonly kind: 'step'; readonly step: JobStep; readonly said: StepSaid }
  | { readonly kind: 'done'; readonly result: WorkResult }
  | { readonly kind: 'waiting'; readonly until: number; readonly reason: Reason }
)

type Work = (task: WorkTask, ports: WorkPorts) => Promise<WorkResult>
type WorkContext = {
  readonly run_id: RunId
  readonly ports: Omit<WorkPorts, 'signal' | 'step' | 'log'>
  readonly log: Log
}

/** What is longer is cut: watchers are shown it in passing. */
const MESSAGE_LENGTH = 300

/** Why a job was stopped from outside: nobody waits for its result. */
class Stopped extends Error {
  constructor() {
    super('the job is no longer this worker’s')
    this.name = 'Stopped'
  }
}

/** A job that has not settled. `idle` counts how long its fetches have waited for a connection. */
type AtWork = { readonly stop: AbortController; readonly idle: Idle }

/** The jobs of one granted flight, all at work side by side. */
export class Flight {
  /** Resolves when no job is at work any more. Never rejects. */
  readonly landed: Promise<void>
  private readonly grant: FlightGrant
  private readonly context: WorkContext
  private readonly begun = Date.now()
  private readonly atWork = new Map<number, AtWork>()
  private progress = new Map<number, JobReport>()
  private lines: LineDraft[] = []

  constructor(grant: FlightGrant, context: WorkContext, work: Work) {
    this.grant = grant
    this.context = context
    this.landed = this.fly(work)
  }

  /** What came up since the last call: one entry a job, its latest. */
  take(): JobReport[] {
    const taken = [...this.progress.values()]
    this.progress = new Map()
    return taken
  }

  /** What the jobs had to say since the last call. */
  takeLines(): LineDraft[] {
    return this.lines.splice(0)
  }

  /** Stops what the object says is aborted or somebody else's. */
  applyAnswer(answer: ReportAnswer): void {
    if (answer.kind === 'gone') this.stop()
    else
      for (const n of [...answer.aborted, ...answer.lost])
        this.atWork.get(n)?.stop.abort(new Stopped())
  }

  stop(): void {
    for (const { stop } of this.atWork.values()) stop.abort(new Stopped())
  }

  /**
   * Ends each job whose deadline has passed with a typed failure. Waiting for a connection does not count
   * towards a deadline. Answers how many milliseconds the next deadline is away.
   */
  expire(deadline_ms: number, now: number): number | undefined {
    const reason = new Overdue(deadline_ms)
    const left: number[] = []
    for (const { stop, idle } of this.atWork.values()) {
      const left_ms = this.begun + deadline_ms + idle.ms - now
      if (left_ms <= 0) stop.abort(reason)
      else left.push(left_ms)
    }
    return left.length === 0 ? undefined : Math.min(...left)
  }

  private async fly(work: Work): Promise<void> {
    await Promise.all(this.grant.jobs.map((job) => this.workOn(job, work)))
  }

  private async workOn(job: GrantedJob, work: Work): Promise<void> {
    const [stop, idle] = [new AbortController(), new Idle()]
    this.atWork.set(job.n, { stop, idle })
    const { signal } = stop
    const fetch: WorkPorts['fetch'] = (url, init) =>
      this.context.ports.fetch(url, { ...init, idle })
    const step: WorkPorts['step'] = (name, said = {}) => {
      if (!this.atWork.has(job.n)) return
      this.progress.set(job.n, { job, kind: 'step', step: name, said: cleanSaid(said) })
    }
    const log: WorkPorts['log'] = (level, message) => {
      this.lines.push({ level, message, group: this.grant.group, external_id: job.external_id })
    }
    try {
      const working = work(this.task(job), { ...this.context.ports, fetch, signal, step, log })
      const result = await Promise.race([working, aborted(signal)])
      this.settle(job, { job, kind: 'done', result })
    } catch (error) {
      this.settle(job, this.broughtBy(error, job))
    }
  }

  /** What a job throws is a failure like any other: a poison job fails alone (JOB-5). */
  private broughtBy(error: unknown, job: GrantedJob): JobReport | undefined {
    if (error instanceof Stopped) return undefined
    if (error instanceof MustWait)
      return { job, kind: 'waiting', until: error.until, reason: error.reason }
    const { run_id, log } = this.context
    const { external_id, attempt } = job
    const name = { run_id, group: this.grant.group, external_id, attempt }
    const failure = failureOf(error, { kind: 'job', name, log })
    return { job, kind: 'done', result: { kind: 'failed', failure } }
  }

  private settle({ n }: GrantedJob, progress: JobReport | undefined): void {
    this.atWork.delete(n)
    if (progress === undefined) this.progress.delete(n)
    else this.progress.set(n, progress)
  }

  private task({ payload, external_id, title, attempt }: GrantedJob): WorkTask {
    const { owner, group } = this.grant
    const { run_id } = this.context
    return { owner, run_id, group, external_id, title, attempt, payload: JSON.parse(payload) }
  }
}

/** As a watcher may be shown it: whole percents, and a text of a sane length. */
function cleanSaid({ progress, message }: StepSaid): StepSaid {
  const percent = Math.round(Math.min(100, Math.max(0, progress ?? Number.NaN)))
  return {
    ...(Number.isNaN(percent) ? {} : { progress: percent }),
    ...(message === undefined ? {} : { message: cut(cleanText(message)) }),
  }
}

/** Whole characters, so that no pair of surrogates is cut in two. */
function cut(text: string): string {
  return Array.from(text).slice(0, MESSAGE_LENGTH).join('')
}
