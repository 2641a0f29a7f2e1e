import { z } from 'zod'

const ms = z.int().positive()

/** Every interval, in milliseconds, and every size that a deployment or a test may change. */
export const Settings = z
  .strictObject({
    tick_ms: ms.default(50),
    relist_ms: ms.default(2_000),
    heartbeat_ms: ms.default(15_000),
    retry_ms: ms.default(1_000),
    buffer_bytes: z.int().positive().default(1_024),
    unacked_bytes: z.int().positive().default(65_536),
    page_bytes: z.int().positive().default(200_000),
    progress_ms: ms.default(250),
    stalled_ms: ms.default(300_000),
    poll_wait_max_ms: ms.default(30_000),
    watch_token_ms: ms.default(86_400_000),
    lease_ms: ms.default(15_000),
    renew_ms: ms.default(5_000),
    unclaimed_ms: ms.default(10_000),
    unclaimed_max_ms: ms.default(300_000),
    backoff_ms: ms.default(1_000),
    backoff_max_ms: ms.default(60_000),
    failures_max: z.int().positive().default(3),
    losses_max: z.int().positive().default(12),
    losses_suspect: z.int().positive().default(2),
    window_jobs: z.int().positive().default(2_000),
    window_plans: z.int().positive().default(50),
    report_ms: ms.default(100),
    batch_jobs: z.int().positive().default(500),
    unavailable_ms: ms.default(5_000),
    statement_ms: ms.default(10_000),
    archive_ms: ms.default(86_400_000),
    checkpoint_rows: z.int().positive().default(1_000),
    fetch_first_byte_ms: ms.default(10_000),
    fetch_ms: ms.default(30_000),
    fetch_bytes: z
      .int()
      .positive()
      .default(10 * 1024 * 1024),
    egress_at_once: z.int().positive().default(4),
    storage_at_once: z.int().positive().default(2),
    host_interval_ms: ms.default(1_000),
    host_at_once: z.int().positive().default(2),
    host_backoff_ms: ms.default(5_000),
    host_backoff_max_ms: ms.default(600_000),
    host_failures_open: z.int().positive().default(5),
    host_open_ms: ms.default(300_000),
    host_give_up_ms: ms.default(3_600_000),
    host_robots_ms: ms.default(86_400_000),
    expiry_misses: z.int().positive().default(1),
    expiry_hold_percent: z.int().min(0).max(100).default(30),
    visit_ms: ms.default(1_200_000),
    log_lines: z.int().positive().default(10_000),
    upload_bytes: z
      .int()
      .positive()
      .default(90 * 1024 * 1024),
    document_bytes: z.int().positive().default(25_000_000),
    stage_ms: ms.default(3_600_000),
    probe_ms: ms.default(5_000),
    hold_ms: ms.default(600_000),
  })
  .refine((s) => s.renew_ms * 2 <= s.lease_ms, {
    message: 'renew_ms must be at most half of lease_ms, or a live worker would lose its lease',
    path: ['renew_ms'],
  })
  .refine((s) => s.renew_ms <= s.probe_ms, {
    message: 'renew_ms must be at most probe_ms, or workers would hear late that Postgres is back',
    path: ['renew_ms'],
  })
export type Settings = z.infer<typeof Settings>

/** The settings of a deployment: the JSON text of the variable SETTINGS over the defaults. */
export function readSettings(text: string): Settings {
  return Settings.parse(JSON.parse(text))
}
