import { type SQL, sql, type SQLWrapper } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'

import type { Source } from '../protocol/company.ts'
import { ExpiryView } from '../protocol/expiry.ts'
import type { GroupKey } from '../protocol/ids.ts'
import type { Json } from '../protocol/json.ts'
import { LogLevel } from '../protocol/log.ts'
import type { Labels } from '../protocol/naming.ts'
import {
  type CrawledPage,
  EmploymentType,
  type PostingDetails,
  type Salary,
} from '../protocol/posting.ts'
import type { JobAttempt, RunView } from '../protocol/run.ts'
import {
  type JobStatus,
  Outcome,
  type Reason,
  RunStatus,
  TerminalJobStatus,
} from '../protocol/status.ts'
import type { ListingCertificate } from '../protocol/visit.ts'
import { moment } from './columns.ts'

/**
 * Every key of an owner's data begins with the owner; only the sweep reads by time. No table has a foreign key (DB-2), because a result may be written before
 * the row of its run.
 */
export const companies = pgTable(
  'companies',
  {
    owner: text().notNull(),
    slug: text().notNull(),
    name: text().notNull(),
    source: jsonb().$type<Source>().notNull(),
    labels: jsonb().$type<Labels>().notNull().default({}),
    /** Counts the plannings of the company. Each planning takes the next number. */
    visit: integer().notNull().default(0),
    /** Counts the visits with a complete listing. */
    complete_listings: integer().notNull().default(0),
    created_at: moment().notNull().defaultNow(),
    updated_at: moment().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.slug] })],
)

export const runs = pgTable(
  'runs',
  {
    owner: text().notNull(),
    run_id: text().notNull(),
    pipeline: text().notNull(),
    status: text().$type<RunStatus>().notNull(),
    seq: bigint({ mode: 'number' }).notNull(),
    round: integer().notNull(),
    created_at: moment().notNull(),
    started_at: moment(),
    ended_at: moment(),
    total: integer().notNull(),
    view: jsonb().$type<RunView>().notNull(),
    /**
     * What a person calls the run, in lower case: lists search in it. Postgres makes it of the view, whichever version
     * wrote that.
     */
    title: text().generatedAlwaysAs(
      sql`lower(left(coalesce(view->>'name', view#>>'{subject,title}'), 200))`,
    ),
    /** The run is finished, and a group or a job of it failed (RUN-4). */
    with_problems: boolean()
      .generatedAlwaysAs(
        sql`status = 'finished' AND jsonb_path_exists(view, '$.snapshot ? (@.failed > 0 || @.groups_failed > 0)')`,
      )
      .notNull(),
    /** The groups in their order. Null until the run is archived. */
    group_keys: text().array().$type<GroupKey[]>(),
    /** What the start gave each group, as JSON text, in the same order. Null also in a run that an earlier version archived. */
    inputs: text().array(),
    /** When the removal of the run's jobs, log and visits began (RUN-6). Null while Postgres has all of them. */
    removed_at: moment(),
    /** The removal is complete: nothing is left to remove. */
    emptied: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.run_id] }),
    // The sweep reads the runs of all owners by their end. This index has only the runs that it has not emptied.
    index('runs_to_remove')
      .on(t.ended_at, t.owner, t.run_id)
      .where(sql`${t.group_keys} IS NOT NULL AND NOT ${t.emptied}`),
    // A list is counted, and searched for a title, in this index alone: a row's view is large.
    index('runs_newest').on(
      t.owner,
      t.created_at,
      t.run_id,
      t.status,
      t.with_problems,
      t.pipeline,
      t.ended_at,
      t.title,
    ),
    index('runs_with_problems')
      .on(t.owner, t.created_at, t.run_id)
      .where(sql`${t.with_problems}`),
    index('runs_by_status').on(t.owner, t.status, t.created_at, t.run_id),
    index('runs_by_pipeline').on(t.owner, t.pipeline, t.created_at, t.run_id),
    check('runs_status', oneOf(t.status, RunStatus.options)),
  ],
)

/** Jobs come to Postgres when they have ended. An earlier version let in the steps of its pipelines as well. */
const JOB_STATUSES = [
  'pending',
  'crawling',
  'extracting',
  'chunking',
  'embedding',
  'indexing',
  ...TerminalJobStatus.options,
]

export const runJobs = pgTable(
  'run_jobs',
  {
    owner: text().notNull(),
    run_id: text().notNull(),
    group: text().notNull(),
    external_id: text().notNull(),
    title: text().notNull(),
    status: text().$type<JobStatus>().notNull(),
    outcome: text().$type<Outcome>(),
    attempt: integer().notNull(),
    error: jsonb().$type<Reason>(),
    /** What the job's pipeline stored of its result, at most 64 KB of JSON. Null unless the job is ready. */
    result: jsonb().$type<Json>(),
    /** The first outcome that was `new` or `changed`. A repeated commit reports it again (JOB-4). */
    first_outcome: text().$type<Outcome>(),
    /** Null until the run is archived: the job's address, and the positions of its group and of the job. */
    url: text(),
    group_ord: integer(),
    n: integer(),
    /** Null until the run is archived: the job's last attempts. */
    attempts: jsonb().$type<readonly JobAttempt[]>(),
    updated_at: moment().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.run_id, t.group, t.external_id] }),
    // The pages of an archived run. A job enters these two indexes with its position, so that results cost no
    // more than before. Nearly all jobs are ready: the second index has only the others, for lists by status.
    index('run_jobs_place')
      .on(t.owner, t.run_id, t.group_ord, t.n)
      .where(sql`${t.group_ord} IS NOT NULL`),
    index('run_jobs_unready')
      .on(t.owner, t.run_id, t.status, t.group_ord, t.n)
      .where(sql`${t.group_ord} IS NOT NULL AND ${t.status} <> 'ready'`),
    // The failures of an owner by their code. It has the failed jobs alone.
    index('run_jobs_failed')
      .on(t.owner, sql`(${t.error}->>'code')`, t.updated_at)
      .where(sql`${t.status} = 'failed'`),
    check('run_jobs_status', oneOf(t.status, JOB_STATUSES)),
    check('run_jobs_outcome', oneOf(t.outcome, Outcome.options)),
  ],
)

/** An archived run's log. */
export const runLogs = pgTable(
  'run_logs',
  {
    owner: text().notNull(),
    run_id: text().notNull(),
    seq: integer().notNull(),
    ts: moment().notNull(),
    level: text().$type<LogLevel>().notNull(),
    message: text().notNull(),
    group: text(),
    external_id: text(),
    /** The run's seq at which the line was written. A late line was written after the run's end. */
    as_of: bigint({ mode: 'number' }).notNull(),
    late: boolean().notNull(),
    since: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.run_id, t.seq] }),
    check('run_logs_level', oneOf(t.level, LogLevel.options)),
  ],
)

/** The status `closed` is not stored: a posting closes as time passes. */
const postingStatuses = ['open', 'expired'] as const

export const postings = pgTable(
  'postings',
  {
    owner: text().notNull(),
    company: text().notNull(),
    external_id: text().notNull(),
    status: text().$type<(typeof postingStatuses)[number]>().notNull().default('open'),
    title: text().notNull(),
    url: text().notNull(),
    apply_url: text(),
    locations: text().array().notNull(),
    remote: boolean(),
    department: text(),
    employment_type: text().$type<EmploymentType>(),
    salary: jsonb().$type<Salary>(),
    description_html: text().notNull().default(''),
    description_text: text().notNull(),
    /** The source gives these three times. `changed_at` is the time at which the row was written. */
    posted_at: moment(),
    updated_at: moment(),
    valid_through: moment(),
    /** When the posting's page was first read with the words that it is closed. */
    closed_at: moment(),
    /** The fields that are only shown. Null: only a version without these fields has read the posting. */
    details: jsonb().$type<PostingDetails>(),
    /** The values that lists filter by and count, such as `country:DE`. Null if `details` is null. */
    facets: text().array(),
    /** The words by which a search finds the posting, between spaces. Null as `details` is. */
    words: text(),
    /** The keys by which postings about the same job are looked up. Null as `details` is, or from a version without. */
    likeness: integer().array(),
    /** The page that the posting was crawled from. Null if the listing had the whole posting. */
    page: jsonb().$type<CrawledPage>(),
    /**
     * The company's visit that last wrote this row or found the posting unchanged. An older visit changes
     * nothing. No index names these columns, so that a visit of an unchanged posting touches no index.
     */
    visit: integer().notNull(),
    run_id: text().notNull(),
    /**
     * The digest of the listing's item that the content was made from. Null if the content came from a page. The
     * digest only counts if `digest_visit` equals `visit`: an earlier version of Runcast knows no digests and
     * raises `visit` alone.
     */
    digest: text(),
    digest_visit: integer(),
    /** The number of successive complete listings without the posting, and the run and visit of the last one. */
    misses: integer().notNull().default(0),
    missed_run: text(),
    missed_visit: integer(),
    /**
     * The number of the company's complete listings that did not have the posting: those before its first visit, and those
     * while it had expired. Null: only an earlier version has written the posting.
     */
    listings_without: integer(),
    first_seen_at: moment().notNull().defaultNow(),
    changed_at: moment().notNull().defaultNow(),
    expired_at: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.company, t.external_id] }),
    index('postings_by_status').on(t.owner, t.status, t.company, t.external_id),
    index('postings_newest').on(
      t.owner,
      sql`(least(${t.posted_at}, ${t.first_seen_at})) DESC`,
      t.company,
      t.external_id,
    ),
    index('postings_changed').on(t.owner, t.changed_at),
    index('postings_closing')
      .on(t.owner, sql`(least(${t.closed_at}, ${t.valid_through}))`)
      .where(sql`least(${t.closed_at}, ${t.valid_through}) IS NOT NULL`),
    check('postings_status', oneOf(t.status, postingStatuses)),
    check('postings_employment_type', oneOf(t.employment_type, EmploymentType.options)),
  ],
)

/** One change of a posting by one visit: what readers read differently from then on, and a reopening. */
export const postingChanges = pgTable(
  'posting_changes',
  {
    owner: text().notNull(),
    company: text().notNull(),
    external_id: text().notNull(),
    visit: integer().notNull(),
    run_id: text().notNull(),
    at: moment().notNull().defaultNow(),
    /** When the posting had expired that this visit found again. Null unless it reopened. */
    expired_at: moment(),
    /** The values before and after, by field. */
    fields: jsonb()
      .$type<Readonly<Record<string, readonly [before: Json, after: Json]>>>()
      .notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.company, t.external_id, t.visit] }),
    index('posting_changes_run').on(t.owner, t.run_id),
  ],
)

/**
 * The ids under which listings name a posting that is stored under the id of its canonical address. A listing whose
 * links vary makes one in each visit; the newest of a posting stay.
 */
export const postingAliases = pgTable(
  'posting_aliases',
  {
    owner: text().notNull(),
    company: text().notNull(),
    alias: text().notNull(),
    external_id: text().notNull(),
    /** The visit whose job found the alias. */
    visit: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.company, t.alias] }),
    index('posting_aliases_of').on(t.owner, t.company, t.external_id),
  ],
)

const visitStatuses = ['open', 'complete', 'incomplete'] as const

/** One planning of a company, and the expiry of the postings that its listing lacked. */
export const visits = pgTable(
  'visits',
  {
    owner: text().notNull(),
    company: text().notNull(),
    visit: integer().notNull(),
    run_id: text().notNull(),
    /** The lowest visit that was open when this one began. Visits from there on overlap this one. */
    floor: integer().notNull(),
    status: text().$type<(typeof visitStatuses)[number]>().notNull().default('open'),
    started_at: moment().notNull().defaultNow(),
    ended_at: moment(),
    expiry: text().$type<ExpiryView['status']>(),
    /** The certificate of the visit's listing. Null: the listing could not be read, or an earlier version read it. */
    certificate: jsonb().$type<ListingCertificate>(),
    /** The number of the company's complete listings, this one included. Null: the visit is open, or an earlier version ended it. */
    complete_listings: integer(),
    gone: integer().notNull().default(0),
    open: integer().notNull().default(0),
    sample: jsonb().$type<ExpiryView['sample']>().notNull().default([]),
    decided_at: moment(),
    decided_by: text(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.company, t.visit] }),
    index('visits_run').on(t.owner, t.run_id),
    check('visits_status', oneOf(t.status, visitStatuses)),
    check('visits_expiry', oneOf(t.expiry, ExpiryView.shape.status.options)),
  ],
)

/** The ids in a visit's listing, at most a thousand in a row. `part` is their hash. */
export const listed = pgTable(
  'listed',
  {
    owner: text().notNull(),
    company: text().notNull(),
    visit: integer().notNull(),
    part: text().notNull(),
    ids: text().array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.company, t.visit, t.part] })],
)

function oneOf(column: SQLWrapper, options: readonly string[]): SQL {
  return sql`${column} IN (${sql.raw(options.map((option) => `'${option}'`).join(', '))})`
}
