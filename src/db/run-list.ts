import { and, desc, eq, gte, lt, sql } from 'drizzle-orm'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { WantedLabel } from '../protocol/naming.ts'
import { problemsOf } from '../protocol/run-problems.ts'
import {
  Concurrency,
  ListedStatus,
  Pause,
  RunCounts,
  type RunPage,
  RunProblems,
  RunSummary,
} from '../protocol/run.ts'
import { answered, type Database } from './connect.ts'
import { exactIso } from './iso.ts'
import {
  cutPage,
  decodePosition,
  encodePosition,
  type ListAnswer,
  StoredKey,
  StoredTime,
} from './page.ts'
import { readableRows } from './readable.ts'
import { runs } from './schema.ts'

/** The runs that a list has. Times are in ISO 8601. */
export type RunFilter = {
  readonly owner: string
  readonly status?: ListedStatus | undefined
  readonly pipeline?: string | undefined
  readonly label?: WantedLabel | undefined
  /** The key of one of the run's groups. */
  readonly group?: string | undefined
  /** A part of the run's name, or of the title of its only group. */
  readonly q?: string | undefined
  readonly started_since?: string | undefined
  readonly started_before?: string | undefined
  readonly longer_than_s?: number | undefined
}

export type RunQuery = RunFilter & { readonly cursor?: string | undefined; readonly limit: number }

const Position = z.tuple([StoredTime, StoredKey])

/** Lists an owner's runs, the newest first. */
export async function listRuns(db: Database, query: RunQuery): Promise<ListAnswer<RunPage>> {
  const before = query.cursor === undefined ? null : decodePosition(Position, query.cursor)
  if (before === undefined) return { kind: 'bad_cursor' }
  const found = await answered(
    db.orm
      .select(summary)
      .from(runs)
      .where(and(...matches(query), ofStatus(query), before ? precedes(before) : undefined))
      .orderBy(desc(runs.created_at), desc(runs.run_id))
      .limit(query.limit + 1),
  )
  const { rows, last } = cutPage(found, query.limit)
  const next_cursor = last ? encodePosition([last.stored_at, last.run_id]) : null
  const readable = readableRows(Row, rows, ({ run_id }) => {
    return { owner: query.owner, what: `the run ${run_id}` }
  })
  return { kind: 'page', page: { runs: readable.map(summaryOf), next_cursor } }
}

/** Counts an owner's runs for each status. The filter's own status does not count. */
export async function countRuns(db: Database, filter: RunFilter): Promise<RunCounts> {
  const rows = await answered(
    db.orm
      .select({
        status: runs.status,
        with_problems: runs.with_problems,
        count: sql<number>`count(*)::integer`,
      })
      .from(runs)
      .where(and(...matches(filter)))
      .groupBy(runs.status, runs.with_problems),
  )
  const counts = ListedStatus.options.map((status) => {
    const counted = rows.filter((row) =>
      status === 'with_problems' ? row.with_problems : row.status === status,
    )
    return [status, counted.reduce((sum, { count }) => sum + count, 0)]
  })
  return RunCounts.parse(Object.fromEntries(counts))
}

// The times come from the view, in the object's own text, to the millisecond.
const summary = {
  run_id: runs.run_id,
  /** The time by which the listing is ordered, independent of the view. */
  stored_at: exactIso(runs.created_at),
  pipeline: runs.pipeline,
  name: sql`${runs.view}->'name'`,
  labels: sql`${runs.view}->'labels'`,
  subject: sql`${runs.view}->'subject'`,
  status: runs.status,
  created_at: sql`${runs.view}->>'created_at'`,
  ended_at: sql`${runs.view}->>'ended_at'`,
  total: runs.total,
  group_counts: sql`${runs.view}->'group_counts'`,
  problems: sql`${runs.view}->'problems'`,
  snapshot: sql`${runs.view}->'snapshot'`,
  paused: sql`${runs.view}->'paused'`,
  priority: sql`${runs.view}->'priority'`,
  concurrency: sql`${runs.view}->'concurrency'`,
}

const Row = RunSummary.extend({
  problems: RunProblems.nullable(),
  name: z.string().nullable(),
  labels: z.record(z.string(), z.string()).nullable(),
  paused: Pause.nullable(),
  priority: z.int().nullable(),
  concurrency: Concurrency.nullable(),
})

/** Reads the problems from the snapshot if an earlier version wrote the row without them. */
function summaryOf({
  problems,
  name,
  labels,
  paused,
  priority,
  concurrency,
  ...row
}: z.infer<typeof Row>): RunSummary {
  const known = problems ?? (row.snapshot ? problemsOf(row.snapshot) : { groups: 0, jobs: 0 })
  const { run_id, pipeline, ...rest } = row
  return {
    run_id,
    pipeline,
    ...(name === null ? {} : { name }),
    ...(labels === null ? {} : { labels }),
    ...rest,
    ...(paused === null ? {} : { paused }),
    ...(priority === null ? {} : { priority }),
    ...(concurrency === null ? {} : { concurrency }),
    problems: known,
  }
}

/** Every condition but that of the status. */
function matches(filter: RunFilter) {
  const { owner, pipeline, label, group, q, started_since, started_before, longer_than_s } = filter
  return [
    eq(runs.owner, owner),
    pipeline === undefined ? undefined : eq(runs.pipeline, cleanText(pipeline)),
    label === undefined ? undefined : hasTag(labelTag(label)),
    group === undefined ? undefined : hasTag(`g:${cleanText(group)}`),
    q === undefined ? undefined : sql`strpos(${runs.title}, lower(${cleanText(q)})) > 0`,
    started_since === undefined ? undefined : gte(runs.created_at, timeOf(started_since)),
    started_before === undefined ? undefined : lt(runs.created_at, timeOf(started_before)),
    longer_than_s === undefined
      ? undefined
      : sql`coalesce(${runs.ended_at}, now()) - ${runs.created_at} > make_interval(secs => ${longer_than_s})`,
  ]
}

function ofStatus({ status }: RunFilter) {
  if (status === undefined) return undefined
  return status === 'with_problems' ? eq(runs.with_problems, true) : eq(runs.status, status)
}

function labelTag({ key, value }: WantedLabel): string {
  return value === undefined ? `l:${key}` : `l:${key}:${cleanText(value)}`
}

/** Migration 0019 has the function and its index `runs_by_tag`. */
function hasTag(tag: string) {
  return sql`run_tags(${runs.view}) @> ARRAY[${tag}::text]`
}

function timeOf(iso: string) {
  return sql`${iso}::timestamptz`
}

function precedes([created_at, run_id]: readonly [string, string]) {
  return sql`(${runs.created_at}, ${runs.run_id}) < (${created_at}::timestamptz, ${run_id})`
}
