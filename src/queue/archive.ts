import { DatabaseUnavailable } from '../db/connect.ts'
import type { ArchiveMark, JobPosition, RunArchive, RunRpc } from '../durable/run/run-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { ArchivedJob, PlacedLine } from '../protocol/archive.ts'
import type { RunId, RunName } from '../protocol/ids.ts'
import { ArchiveMessage } from '../protocol/messages.ts'
import type { Consumer, ConsumerPorts } from './consumer.ts'

/** Each function writes a part of a run to Postgres, reads it back, and resolves to the rows that differ. */
export type ArchiveConsumerPorts = ConsumerPorts & {
  readonly archiveJobs: (
    run: RunName,
    rows: readonly ArchivedJob[],
  ) => Promise<readonly { readonly external_id: string }[]>
  readonly archiveLines: (
    run: RunName,
    page: { readonly after: number; readonly lines: readonly PlacedLine[] },
  ) => Promise<readonly { readonly seq: number }[]>
  readonly archiveRun: (archive: RunArchive) => Promise<boolean>
  /** The most jobs, or lines, that one statement writes. */
  readonly rows: number
  readonly unavailable_ms: number
}

/** `changed`: the run has begun another round, whose end will bring another archive. */
type ArchiveOutcome =
  | { readonly kind: 'whole' | 'changed' }
  | { readonly kind: 'lacking'; readonly part: string; readonly rows: readonly unknown[] }

const whole: ArchiveOutcome = { kind: 'whole' }
const changed: ArchiveOutcome = { kind: 'changed' }

/** The most missing rows that one line of the log names. */
const NAMED = 5

/**
 * Writes all of an ended run to Postgres. The run's object deletes its own rows only after each row was read back
 * from Postgres.
 */
export function archiveConsumer(ports: ArchiveConsumerPorts): Consumer<ArchiveMessage> {
  return {
    message: ArchiveMessage,
    async consume({ run_id }) {
      const run = ports.run(run_id)
      const archive = await run.archive()
      if (archive === undefined) return
      try {
        await conclude(
          await bring({ run, run_id, archive }, ports),
          { run, run_id, archive },
          ports,
        )
      } catch (error) {
        await run.releaseArchive({ wait_ms: ports.unavailable_ms })
        if (!(error instanceof DatabaseUnavailable)) throw error
      }
    },
  }
}

type ArchiveSource = { readonly run: RunRpc; readonly run_id: RunId; readonly archive: RunArchive }

async function conclude(
  outcome: ArchiveOutcome,
  { run, run_id, archive }: ArchiveSource,
  { log, unavailable_ms }: ArchiveConsumerPorts,
): Promise<void> {
  switch (outcome.kind) {
    case 'whole':
      RUNCAST_FAILPOINTS && (await failpoint('archive.written'))
      return run.archived(markOf(archive))
    case 'changed':
      return
    case 'lacking': {
      const { part, rows } = outcome
      const told = { run_id, part, count: rows.length, rows: rows.slice(0, NAMED) }
      log('error', 'a run was not archived, because Postgres lacks a part of it', told)
      return run.releaseArchive({ wait_ms: unavailable_ms })
    }
  }
}

function markOf({ seq, last_line, view: { named } }: RunArchive): ArchiveMark {
  return { seq, last_line, ...(named === undefined ? {} : { named }) }
}

/** Writes the run's row last, so that a run whose row says `archived` has all other rows. */
async function bring(source: ArchiveSource, ports: ArchiveConsumerPorts): Promise<ArchiveOutcome> {
  const jobs = await bringJobs(source, ports)
  if (jobs.kind !== 'whole') return jobs
  const lines = await bringLines(source, ports)
  if (lines.kind !== 'whole') return lines
  if (await ports.archiveRun(source.archive)) return whole
  return { kind: 'lacking', part: 'run', rows: [{ seq: source.archive.seq }] }
}

async function bringJobs(
  { run, run_id, archive: { seq, owner } }: ArchiveSource,
  { archiveJobs, rows: limit }: ArchiveConsumerPorts,
): Promise<ArchiveOutcome> {
  for (let after: JobPosition | null = null; ;) {
    const page: Awaited<ReturnType<RunRpc['archiveJobs']>> = await run.archiveJobs({
      seq,
      after,
      limit,
    })
    if (page === undefined) return changed
    const rows = await archiveJobs({ owner, run_id }, page.rows)
    if (rows.length > 0) return { kind: 'lacking', part: 'jobs', rows }
    if (page.next === null) return whole
    after = page.next
  }
}

async function bringLines(
  { run, run_id, archive: { seq, owner } }: ArchiveSource,
  { archiveLines, rows: limit }: ArchiveConsumerPorts,
): Promise<ArchiveOutcome> {
  for (let after = 0; ;) {
    const page = await run.archiveLines({ seq, after, limit })
    if (page === undefined) return changed
    const { lines, next } = page
    const rows = await archiveLines({ owner, run_id }, { after, lines })
    if (rows.length > 0) return { kind: 'lacking', part: 'log', rows }
    if (next === null) return whole
    after = next
  }
}
