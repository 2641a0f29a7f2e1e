import { z } from 'zod'

import { CONNECTIONS } from './gate.ts'

/**
 * Intervals and sizes that a deployment or a test may change. The ending of a name is its unit: `_ms` milliseconds,
 * `_bytes` bytes, `_percent` percent; all other settings are counts.
 */
const positive = z.int().positive()
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const watching = {
  /** The time between two frames to the watchers of a run. Changes within this time go out together. */
  tick_ms: positive.default(50),
  /**
   * The time between two full states to a watcher without `lean`, which show the jobs that were added meanwhile.
   */
  relist_ms: positive.default(2_000),
  /** The bytes of such full states that a watcher is sent a second on average. A larger state comes less often. */
  relist_rate_bytes: positive.default(100_000),
  /** The time between two frames that carry the run's progress. */
  progress_ms: positive.default(250),
  /** The time between two heartbeats on an open stream. */
  heartbeat_ms: positive.default(15_000),
  /** How long a stream tells its client to wait before it connects again, give or take half of that. */
  retry_ms: positive.default(1_000),
  /**
   * The bytes that a stream may hold for its reader. A watcher with as many gets no further frame until it has
   * read some.
   */
  buffer_bytes: positive.default(1_024),
  /**
   * The bytes that a socket may have sent without an acknowledgement. A watcher with as many gets no further frame
   * until it acknowledges some.
   */
  unacked_bytes: positive.default(65_536),
  /** The size of a page of a full state, for a watcher that asks for `lean`. */
  page_bytes: positive.default(200_000),
  /** The most streams, sockets and waiting polls of a run. A client that finds no place is told to poll. */
  watchers_max: z.int().min(0).default(2_000),
  /** After how long such a client polls again, give or take a quarter. With thousands of them it takes longer. */
  poll_again_ms: positive.default(5_000),
  /** The longest that a poll may ask to wait for a change. */
  poll_wait_max_ms: positive.default(30_000),
  /** The least time between two standings that a run tells its owner's list while somebody follows it. */
  tell_ms: positive.default(1_000),
  /** How long a run goes on telling without being asked again, and may be silent before it is asked. */
  follow_ms: positive.default(30_000),
  /** How long a run that waits for its turn stays without a word before it asks its owner's object again. */
  ask_again_ms: positive.default(5 * MINUTE),
  /** How long a run may make no progress before its owner's endpoints are told that it has stalled. */
  stalled_ms: positive.default(10 * MINUTE),
  /** The most ended runs in an owner's list. The runs that go on are all there. */
  listed_runs: positive.default(1_000),
  /** How long a watch token lasts when its maker names no time. */
  watch_token_ms: positive.default(DAY),
}

const leases = {
  /** How long a worker may go on without a renewal before its work is given to another worker. */
  lease_ms: positive.default(15_000),
  /** The time between two renewals of a lease. */
  renew_ms: positive.default(5_000),
  /** The time after which a message that no worker claimed is sent again. Each further try waits twice as long. */
  unclaimed_ms: positive.default(10_000),
  /** The longest of those waits. */
  unclaimed_max_ms: positive.default(5 * MINUTE),
  /** The wait before a failed job or plan is tried again. Each further try waits twice as long. */
  backoff_ms: positive.default(1_000),
  /** The longest of those waits. */
  backoff_max_ms: positive.default(MINUTE),
}

const jobs = {
  /** The number of failures after which a job, or a group's plan, is `failed`. */
  failures_max: positive.default(3),
  /** The number of lost leases that a job, or a group's plan, may have. With one more it is `failed`. */
  losses_max: positive.default(12),
  /** The number of lost leases after which a job is worked on alone. */
  losses_suspect: positive.default(2),
  /** The most jobs of a run that are given out at once. */
  window_jobs: positive.default(2_000),
  /** The most jobs that an abort or a retry changes in one transaction. Other calls have their turn after each. */
  slice_jobs: positive.default(1_000),
  /** The most groups of a run that are planned at once. */
  window_plans: positive.default(50),
  /** The most jobs that a plan adds to its run in one call. */
  batch_jobs: positive.default(500),
  /** The time between two reports of a worker. */
  report_ms: positive.default(100),
  /** The least time between two reports of a worker while nobody watches the run. It grows with the run's flights. */
  quiet_report_ms: positive.default(1_000),
  /** The number of newest lines that a run's log keeps. */
  log_lines: positive.default(10_000),
}

const database = {
  /** How long a statement may take before Postgres counts as away. */
  statement_ms: positive.default(10_000),
  /** The wait before work that was given back, or the checkpoint of an ended run, is tried again. */
  unavailable_ms: positive.default(5_000),
  /** The time between two tries to reach Postgres while it cannot be reached. */
  probe_ms: positive.default(5_000),
  /** How long workers keep what they have done while Postgres is away. */
  hold_ms: positive.default(10 * MINUTE),
  /** The time from the end of a run to its archive, which also waits until Postgres has that end. */
  archive_ms: positive.default(DAY),
}

const retention = {
  /**
   * How long the jobs, the log and the expiries of an archived run are kept after the run's end. They are nearly all
   * that a run stores in Postgres; after a quarter of a year people ask for its counts, which stay.
   */
  keep_run_ms: positive.default(90 * DAY),
  /** The same for single owners, by the `sub` of their tokens. */
  owner_keep_run_ms: z.record(z.string().min(1), positive).default({}),
  /** The most rows that one statement of the sweep removes. 2,000 took Postgres 44 ms, a hold-up that nobody notices. */
  sweep_rows: positive.default(2_000),
  /** How long one firing of the cron goes on. The platform ends a firing after 15 minutes. */
  sweep_ms: positive.default(5 * MINUTE),
  /**
   * How long nothing can be written for a run after its deletion. The platform ends a worker after 15 minutes, and a worker
   * keeps its results for 10 minutes while Postgres is away.
   */
  fence_ms: positive.default(HOUR),
  /** How long a receipt of a deletion, or of an action on many runs, can be read after its end. */
  receipt_ms: positive.default(30 * DAY),
  /** The most runs that one action on many runs takes. */
  bulk_runs: positive.default(10_000),
}

const fetches = {
  /** How long a site may take to begin its answer. */
  fetch_first_byte_ms: positive.default(10_000),
  /** How long a fetch may take, redirects included. */
  fetch_ms: positive.default(30_000),
  /** The largest answer that is read, after it is decompressed. */
  fetch_bytes: positive.default(10 * 1024 * 1024),
  /** The largest listing that a plan reads piece by piece, which never holds it whole. */
  listing_bytes: positive.default(128 * 1024 * 1024),
  /** The most connections of one invocation to sites and models. */
  egress_at_once: positive.default(4),
  /** The most connections of one invocation to Postgres and R2. */
  storage_at_once: positive.default(2),
}

const hosts = {
  /** The time between the beginnings of two fetches of pages from a host. */
  host_interval_ms: positive.default(1_000),
  /** The same for a documented public API. */
  api_interval_ms: positive.default(200),
  /** The same for all hosts of a platform together, such as those of `myworkdayjobs.com`. */
  edge_interval_ms: positive.default(100),
  /** How long the answer to one reader of a public listing also serves others. */
  share_ms: positive.default(MINUTE),
  /** The most fetches from a host that are under way at once. */
  host_at_once: positive.default(2),
  /** The most fetches from all hosts of a platform that are under way at once. */
  edge_at_once: positive.default(8),
  /** The wait after a failure of a host before the next fetch. Each further failure in a row doubles this wait. */
  host_backoff_ms: positive.default(5_000),
  /** The longest of those waits. */
  host_backoff_max_ms: positive.default(10 * MINUTE),
  /** The number of failures in a row after which a host is left alone. */
  host_failures_open: positive.default(5),
  /** How long that host is left alone. */
  host_open_ms: positive.default(5 * MINUTE),
  /** How long a host may be in trouble before the jobs that wait for it fail. */
  host_give_up_ms: positive.default(HOUR),
  /** How long a host's robots.txt is kept. */
  host_robots_ms: positive.default(DAY),
}

const ingestion = {
  /** The number of complete listings in a row that must lack a posting before the posting expires. */
  expiry_misses: positive.default(1),
  /** The part of a company's open postings that may expire at once without a person's decision. */
  expiry_hold_percent: z.int().min(0).max(100).default(30),
  /** The time after which a visit of a company that never ended no longer keeps postings from expiring. */
  visit_ms: positive.default(20 * MINUTE),
}

const documents = {
  /** The largest body of an upload. */
  upload_bytes: positive.default(90 * 1024 * 1024),
  /** The largest PDF or DOCX, which is held in memory whole. */
  document_bytes: positive.default(25_000_000),
  /** The time after which the passages of an attempt that never became visible are removed. */
  stage_ms: positive.default(HOUR),
}

const other = positive.exactOptional()
const OwnerLimits = z.strictObject({
  runs_at_once: other,
  starts_a_minute: other,
  runs_waiting: other,
  previews_a_minute: other,
  upload_day_bytes: other,
  stored_max_bytes: other,
})

const owners = {
  /** The most runs of an owner that are at work at once. The others wait for their turn. */
  runs_at_once: positive.default(10),
  /** The most runs that an owner may start in a minute. */
  starts_a_minute: positive.default(3_000),
  /** The most runs of an owner that may wait for their turn. */
  runs_waiting: positive.default(10_000),
  /** The most companies that an owner may preview in a minute. */
  previews_a_minute: positive.default(300),
  /** The most bytes that an owner may upload in a day. */
  upload_day_bytes: positive.default(20 * 1024 * 1024 * 1024),
  /** The most bytes that the files of an owner's documents may take up. */
  stored_max_bytes: positive.default(200 * 1024 * 1024 * 1024),
  /** Other values of such limits for single owners, by the `sub` of their tokens. */
  owners: z.record(z.string(), OwnerLimits).default({}),
}

const parts = { ...watching, ...leases, ...jobs, ...database, ...retention, ...fetches }

export const Settings = z
  .strictObject({ ...parts, ...owners, ...hosts, ...ingestion, ...documents })
  .refine((s) => s.renew_ms * 2 <= s.lease_ms, {
    message: 'renew_ms must be at most half of lease_ms, or a live worker would lose its lease',
    path: ['renew_ms'],
  })
  .refine((s) => s.renew_ms <= s.probe_ms, {
    message: 'renew_ms must be at most probe_ms, or workers would hear late that Postgres is back',
    path: ['renew_ms'],
  })
export type Settings = z.infer<typeof Settings>

/** What this owner may do at once, and in a time. */
export function limitsOf({ owners: others, ...settings }: Settings, owner: string) {
  const { runs_at_once, starts_a_minute, runs_waiting } = settings
  const { previews_a_minute, upload_day_bytes, stored_max_bytes } = settings
  const usual = {
    runs_at_once,
    starts_a_minute,
    runs_waiting,
    previews_a_minute,
    upload_day_bytes,
    stored_max_bytes,
  }
  // An owner may be called as a member of every object is.
  return { ...usual, ...(Object.hasOwn(others, owner) ? others[owner] : {}) }
}

/** Reads the variable SETTINGS, which is JSON over the defaults. */
export function readSettings(text: string): Settings {
  return Settings.parse(JSON.parse(text))
}

/** Throws if one invocation could use more connections than Cloudflare allows. workerd on its own allows any number. */
export function checkConnections({ egress_at_once, storage_at_once }: Settings): void {
  if (egress_at_once + storage_at_once <= CONNECTIONS) return
  throw new Error(`egress_at_once and storage_at_once are more than ${CONNECTIONS} together`)
}

/** Reads a variable that holds a list, separated by commas. */
export function readList(text: string): string[] {
  return text.split(',').flatMap((entry) => entry.trim() || [])
}
