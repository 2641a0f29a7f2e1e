import { z } from 'zod'

import { RunId } from '../../src/protocol/ids.ts'

/** The paths of the bench's Worker. All take POST. */
export const DRIVE_PATH = '/drive'
export const POLL_PATH = '/poll'
export const REPORT_PATH = '/report'
export const WATCH_PATH = '/watch'
export const JOIN_PATH = '/join'
export const ABORT_PATH = '/abort'
export const RETRY_PATH = '/retry'

/** A run over so many groups with so many listed jobs each. A flight carries `flight_jobs` of them. */
export const Shape = z.object({
  run_id: RunId,
  groups: z.int(),
  jobs: z.int(),
  flight_jobs: z.int(),
})
export type Shape = z.infer<typeof Shape>

/** A run whose flights are all at work for so long. Each worker has news whenever it may report. */
export const ReportRequest = Shape.extend({ for_ms: z.int() })

/** A request about a run that is there. */
export const RunRequest = z.object({ run_id: RunId })

export const PollRequest = z.object({ run_id: RunId, polls: z.int() })

/** The rows of an object's storage that Cloudflare bills. */
export const Rows = z.object({ read: z.number(), written: z.number() })
export type Rows = z.infer<typeof Rows>

/**
 * A measurement: its milliseconds, its calls, the bytes that a watcher got, the longest wait of a call, and the rows
 * that the object used.
 */
export const Measured = z.object({
  ms: z.number(),
  calls: z.number(),
  bytes: z.number(),
  wait_ms: z.number(),
  rows: Rows,
})
export type Measured = z.infer<typeof Measured>
