import type { AllJobs, GroupState, Progress, RunEvent } from '../../src/protocol/events.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { LogPage } from '../../src/protocol/log.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { encodeEvent } from '../../src/protocol/sse.ts'
import type { Options } from './options.ts'

export const RUN_ID = RunId.parse('b'.repeat(32))

/** The statuses that each job goes through, again and again. */
const STEPS = ['crawling', 'extracting', 'ready'] as const
const APART = 100
const FIRST_ID = 100_000
const TICK_MS = 50
const PROGRESS_MS = 250
/** Jobs of one page of the full state, which has about 256 KB. */
const PAGE_JOBS = 2_000

type PlayedJob = { readonly group: string; readonly external_id: string; status: string }

/** A large run at work, told as the object of a run tells it. */
export class PlayedRun {
  readonly #options: Options
  readonly #jobs: readonly PlayedJob[]
  readonly #watchers = new Set<(text: string) => void>()
  readonly #began = Date.now()
  #seq = 1
  #changes = 0
  #ready = 0
  #told = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: Options) {
    this.#options = options
    this.#jobs = Array.from({ length: options.jobs }, (_, n) => ({
      group: `company-${n % options.companies}`,
      external_id: String(FIRST_ID + n),
      status: 'pending',
    }))
  }

  /** The number of jobs that are ready. */
  get ready(): number {
    return this.#ready
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Changes one job, and nothing else. The run stands still before and afterwards. */
  changeOne(external_id: string): void {
    const job = this.#jobs[Number(external_id) - FIRST_ID]
    if (job === undefined) throw new RangeError(`there is no job ${external_id}`)
    job.status = job.status === 'crawling' ? 'extracting' : 'crawling'
    this.#seq += 1
    const data = { [job.group]: { [job.external_id]: job.status } }
    const text = encode({ event: 'update', data, id: this.#cursor() })
    for (const send of this.#watchers) send(text)
  }

  /** Sends the full state and then each change. Returns the function that ends this. */
  watch(send: (text: string) => void): () => void {
    send(this.#state().map(encode).join(''))
    this.#watchers.add(send)
    return () => this.#watchers.delete(send)
  }

  view(): RunView {
    const counts = this.#progress().counts
    return {
      run_id: RUN_ID,
      pipeline: 'ingestion',
      name: 'A large run',
      status: 'ingesting',
      round: 1,
      cursor: this.#cursor(),
      counts,
      groups: {},
      watchers: 1,
      created_at: new Date(this.#began).toISOString(),
    }
  }

  /** The lists of the companies were read one after the other before the run was watched: a line for each. */
  log(): LogPage {
    const { companies } = this.#options
    const lines = Array.from({ length: companies }, (_, n) => ({
      seq: n + 1,
      ts: new Date(this.#began + 20 * n).toISOString(),
      level: 'info' as const,
      message: 'The list was read.',
      group: `company-${n}`,
      since: new Date(this.#began + 15 * n).toISOString(),
    }))
    return { lines, next_after: null }
  }

  #tick(): void {
    const { rate } = this.#options
    const due = Math.floor(((Date.now() - this.#began) / 1_000) * rate) - this.#changes
    const update: Record<string, Record<string, string>> = {}
    for (let n = 0; n < due; n += 1) {
      const { job, status } = this.#change(this.#changes)
      if (job === undefined) break
      this.#ready += Number(status === 'ready') - Number(job.status === 'ready')
      job.status = status
      this.#changes += 1
      ;(update[job.group] ??= {})[job.external_id] = status
    }
    if (due <= 0) return
    this.#seq += due
    const events: RunEvent[] = []
    if (Date.now() - this.#told >= PROGRESS_MS) {
      this.#told = Date.now()
      events.push({ event: 'progress', data: this.#progress() })
    }
    events.push({ event: 'update', data: update, id: this.#cursor() })
    const text = events.map(encode).join('')
    for (const send of this.#watchers) send(text)
  }

  /** A hundred jobs go through their statuses together, and then the next hundred. After the last hundred the first one begins again. */
  #change(number: number): { readonly job: PlayedJob | undefined; readonly status: string } {
    const hundred = Math.floor(number / (APART * STEPS.length)) * APART
    const job = this.#jobs[(hundred + (number % APART)) % this.#jobs.length]
    return { job, status: STEPS[Math.floor(number / APART) % STEPS.length] ?? 'ready' }
  }

  #cursor(): string {
    return `played.${this.#seq}`
  }

  #state(): RunEvent[] {
    const pages = Array.from({ length: Math.ceil(this.#jobs.length / PAGE_JOBS) }, (_, page) =>
      entriesOf(this.#jobs.slice(page * PAGE_JOBS, (page + 1) * PAGE_JOBS)),
    )
    const listing = pages.map((data, page): RunEvent => {
      const event = page === 0 ? ('all_jobs' as const) : ('added' as const)
      return page === pages.length - 1 ? { event, data, id: this.#cursor() } : { event, data }
    })
    return [
      { event: 'status', data: 'ingesting' },
      { event: 'groups', data: this.#groups() },
      { event: 'progress', data: this.#progress() },
      ...listing,
    ]
  }

  #groups(): Record<string, GroupState> {
    const { companies, jobs } = this.#options
    return Object.fromEntries(
      Array.from({ length: companies }, (_, n) => [
        `company-${n}`,
        { title: `Company ${n}`, status: 'closed', found: Math.ceil((jobs - n) / companies) },
      ]),
    )
  }

  #progress(): Progress {
    const { jobs, rate } = this.#options
    const by_status = { pending: jobs - this.#ready, ready: this.#ready }
    const likely_s = (jobs - this.#ready) / rate
    return {
      counts: { total: jobs, by_status },
      groups_open: 0,
      rate: rate / STEPS.length,
      eta: { earliest_s: likely_s / 2, likely_s, latest_s: likely_s * 2 },
    }
  }
}

function entriesOf(jobs: readonly PlayedJob[]): AllJobs {
  const entries: Record<string, AllJobs[string]> = {}
  for (const { group, external_id, status } of jobs)
    (entries[group] ??= []).push({ external_id, title: `Engineer, team ${external_id}`, status })
  return entries
}

function encode(event: RunEvent): string {
  const data = event.event === 'status' ? event.data : JSON.stringify(event.data)
  return encodeEvent({ ...event, data })
}
