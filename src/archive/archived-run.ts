import { RunRemoved } from '../db/removed-run.ts'
import { jobPage, lineOf, linePage, pageStart } from '../durable/run/job-page.ts'
import type {
  JobName,
  JobQuery,
  LiveJob,
  LiveJobPage,
  LogQuery,
  RunInputs,
} from '../durable/run/run-rpc.ts'
import { hasSeenEnd, ownerOf } from '../durable/watch/watch-endpoint.ts'
import type { Log } from '../log.ts'
import { Owner, type RunId, type RunName } from '../protocol/ids.ts'
import type { LogPage } from '../protocol/log.ts'
import type { RunView } from '../protocol/run.ts'
import type { Settings } from '../settings.ts'
import type { ArchivePort } from './archive-port.ts'
import { archivedEndpoint, type HostFor } from './archived-endpoint.ts'
import { ArchivedFrames } from './archived-frames.ts'
import { groupsOf, runOf } from './archived-state.ts'

type ArchivedRunParts = {
  readonly archive: ArchivePort
  readonly settings: Settings
  readonly host: HostFor
  readonly log: Log
}

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

  inputs({ owner }: { owner: Owner }): Promise<RunInputs | undefined> {
    return this.parts.archive.readInputs(this.name(owner))
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

  /**
   * Serves watchers (stream, socket or poll) with the same endpoint as a run's object. Throws RunRemoved if the jobs
   * were removed and the watcher has not seen all of the run.
   */
  async fetch(request: Request): Promise<Response> {
    const owner = Owner.parse(ownerOf(request))
    const name = this.name(owner)
    const state = await this.parts.archive.readRun(name)
    if (state === undefined) return new Response(null, { status: 404 })
    const run = runOf(state, owner)
    const { removed_at } = state.view
    if (removed_at !== undefined && !hasSeenEnd(run, request.headers.get('last-event-id')))
      throw new RunRemoved(removed_at)
    const { archive, settings } = this.parts
    const frames = new ArchivedFrames({
      run,
      groups: groupsOf(state, run.seq),
      page_bytes: settings.page_bytes,
      pages: {
        jobs: (after, limit) => archive.readJobs(name, { after, limit }),
        lines: (after, limit) => archive.readLines(name, { after, limit }),
      },
    })
    return archivedEndpoint({ run, frames, ...this.parts }).fetch(request)
  }

  private name(owner: Owner): RunName {
    return { owner, run_id: this.run_id }
  }
}
