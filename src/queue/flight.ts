import type { FlightGrant, GrantedJob, ReportAnswer, LineDraft } from '../durable/run/work-rpc.ts'
import { Idle } from '../gate.ts'
import type { Log } from '../log.ts'
import { MustWait } from '../pipelines/fetch.ts'
import type { StepNews, WorkPorts, WorkResult, WorkTask } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { RunId } from '../protocol/ids.ts'
import type { JobStep, Reason } from '../protocol/status.ts'
import { aborted, Overdue } from './deadline.ts'
import { failureOf } from './failures.ts'

/** The latest news of a job: the step it is in, its result, or that it must wait. */
export type JobReport = { readonly job: GrantedJob } & (
  | { readonly kind: 'step'; readonly step: JobStep; readonly news: StepNews }
  | { readonly kind: 'done'; readonly result: WorkResult }
  | { readonly kind: 'waiting'; readonly until: number; readonly reason: Reason }
)

type Work = (task: WorkTask, ports: WorkPorts) => Promise<WorkResult>
type WorkContext = {
  readonly run_id: RunId
  readonly ports: Omit<WorkPorts, 'signal' | 'step' | 'log'>
  readonly log: Log
}

/** The longest message of a step, in characters. A longer message is cut. */
const MESSAGE_LENGTH = 300

/** Stops a job that was aborted or that another worker has now. Nobody waits for its result. */
class Stopped extends Error {
  constructor() {
    super('this worker no longer holds the job')
    this.name = 'Stopped'
  }
}

/** A job that has not settled. `idle` counts how long its fetches have waited for a connection. */
type AtWork = { readonly stop: AbortController; readonly idle: Idle }

/** Works on all jobs of one granted flight side by side. */
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

  /** Returns the latest news of each job that has any since the last call. */
  take(): JobReport[] {
    const taken = [...this.progress.values()]
    this.progress = new Map()
    return taken
  }

  /** Returns the log lines that the jobs wrote since the last call. */
  takeLines(): LineDraft[] {
    return this.lines.splice(0)
  }

  /** Stops the jobs that the object's answer calls aborted or lost, or all jobs if the flight is gone. */
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
   * towards a deadline. Returns the milliseconds until the next deadline, or undefined if no job is at work.
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
    const { owner } = this.grant
    const fetch: WorkPorts['fetch'] = (url, init) =>
      this.context.ports.fetch(url, { ...init, idle, owner })
    const step: WorkPorts['step'] = (name, news = {}) => {
      if (!this.atWork.has(job.n)) return
      this.progress.set(job.n, { job, kind: 'step', step: name, news: cleanNews(news) })
    }
    const log: WorkPorts['log'] = (level, message) => {
      this.lines.push({ level, message, group: this.grant.group, external_id: job.external_id })
    }
    try {
      const working = work(this.task(job), { ...this.context.ports, fetch, signal, step, log })
      const result = await Promise.race([working, aborted(signal)])
      this.settle(job, { job, kind: 'done', result })
    } catch (error) {
      this.settle(job, this.newsOfError(error, job))
    }
  }

  /** Turns an error of a job into news of that job alone: a poison job fails no other job (JOB-5). */
  private newsOfError(error: unknown, job: GrantedJob): JobReport | undefined {
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

/** Makes a step's words fit to show: whole percents from 0 to 100, and a short text. */
function cleanNews({ progress, message }: StepNews): StepNews {
  const percent = Math.round(Math.min(100, Math.max(0, progress ?? Number.NaN)))
  return {
    ...(Number.isNaN(percent) ? {} : { progress: percent }),
    ...(message === undefined ? {} : { message: cut(cleanText(message)) }),
  }
}

/** Cuts between characters, so that no surrogate pair is cut in two. */
function cut(text: string): string {
  return Array.from(text).slice(0, MESSAGE_LENGTH).join('')
}
