import { jobPage, lineOf, linePage, pageStart } from '../durable/run/job-page.ts'
import type {
  JobName,
  JobPosition,
  JobQuery,
  LiveJob,
  LiveJobPage,
  LogQuery,
} from '../durable/run/run-rpc.ts'
import { ownerOf } from '../durable/run/watch/watch-endpoint.ts'
import type { Log } from '../log.ts'
import type { PlacedJob, PlacedLine } from '../protocol/archive.ts'
import { Owner, type RunId, type RunName } from '../protocol/ids.ts'
import type { LogPage } from '../protocol/log.ts'
import type { RunView } from '../protocol/run.ts'
import type { Settings } from '../settings.ts'
import type { ArchivePort } from './archive-port.ts'
import { archivedEndpoint, type HostFor } from './archived-endpoint.ts'
import { archivedRows } from './archived-rows.ts'
import { groupsOf, runOf } from './archived-state.ts'

type ArchivedRunParts = {
  readonly archive: ArchivePort
  readonly settings: Settings
  readonly host: HostFor
  readonly log: Log
}

/** The most rows that one statement reads when a caller needs all rows. */
const ROWS = 5_000

/** A run whose object keeps only a tombstone. Reads the run from Postgres and answers as the object did. */
export class ArchivedRun {
  private readonly run_id: RunId
  private readonly parts: ArchivedRunParts

  constructor(run_id: RunId, parts: ArchivedRunParts) {
    this.run_id = run_id
    this.parts = parts
  }

  async view({ owner }: { owner: Owner }): Promise<RunView | undefined> {
    const state = await this.parts.archive.readRun(this.name(owner))
    return state?.view
  }

  async jobs(query: JobQuery): Promise<LiveJobPage | 'bad_cursor'> {
    const { owner, cursor, limit, group, status } = query
    const after = pageStart(cursor)
    if (after === 'bad_cursor') return after
    const page = { after, limit: limit + 1, group, status }
    return jobPage(await this.parts.archive.readJobs(this.name(owner), page), limit)
  }

  async job({ owner, ...name }: JobName & { owner: Owner }): Promise<LiveJob | undefined> {
    const job = await this.parts.archive.readJob(this.name(owner), name)
    if (job === undefined) return undefined
    const { status, title, url, outcome, attempt, attempts = [], error } = job
    return {
      status,
      title,
      attempt,
      attempts,
      ...(url === null ? {} : { url }),
      ...(outcome === null ? {} : { outcome }),
      ...(error === null ? {} : { error }),
    }
  }

  async logs({ owner, after, limit }: LogQuery): Promise<LogPage> {
    const found = await this.parts.archive.readLines(this.name(owner), { after, limit: limit + 1 })
    return linePage(found.map(lineOf), limit)
  }

  /** Serves watchers (stream, socket or poll) with the same endpoint as a run's object. */
  async fetch(request: Request): Promise<Response> {
    const owner = Owner.parse(ownerOf(request))
    const name = this.name(owner)
    const state = await this.parts.archive.readRun(name)
    if (state === undefined) return new Response(null, { status: 404 })
    const run = runOf(state, owner)
    const told = new URL(request.url).searchParams.get('log') === '1'
    const rows = archivedRows({
      run,
      groups: groupsOf(state, run.seq),
      jobs: await this.allJobs(name),
      lines: told ? await this.allLines(name) : [],
    })
    return archivedEndpoint({ run, rows, ...this.parts }).fetch(request)
  }

  private async allJobs(name: RunName): Promise<PlacedJob[]> {
    const all: PlacedJob[] = []
    for (let after: JobPosition | null = null; ;) {
      const page = await this.parts.archive.readJobs(name, { after, limit: ROWS })
      all.push(...page)
      const last = page.at(-1)
      if (last === undefined || page.length < ROWS) return all
      after = { group: last.group_ord, n: last.n }
    }
  }

  private async allLines(name: RunName): Promise<PlacedLine[]> {
    const all: PlacedLine[] = []
    for (;;) {
      const after = all.at(-1)?.seq ?? 0
      const page = await this.parts.archive.readLines(name, { after, limit: ROWS })
      all.push(...page)
      if (page.length < ROWS) return all
    }
  }

  private name(owner: Owner): RunName {
    return { owner, run_id: this.run_id }
  }
}
