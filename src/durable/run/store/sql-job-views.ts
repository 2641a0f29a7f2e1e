import type { ExternalId } from '../../../protocol/ids.ts'
import type { JobStatus, Outcome } from '../../../protocol/status.ts'
import type { ListingRange } from '../../watch/shown.ts'
import type { JobChange } from '../job-state.ts'
import type { JobPosition } from '../run-rpc.ts'
import type { RunStore } from './run-store.ts'
import { ATTEMPT, selectJobs, toReason } from './sql-jobs.ts'

/** How many rows of a listing are read at once: so no SQL cursor stays open if the reader stops early. */
const LISTING_ROWS = 500

type ChangeRow = [
  group: number,
  n: number,
  external_id: ExternalId,
  title: string,
  status: JobStatus,
  outcome: Outcome | null,
  attempt: number,
  error: string | null,
  progress: number | null,
  message: string | null,
  added: number,
  titled: number,
  seq: number,
  told: number,
]
const CHANGE_COLUMNS = `grp, n, external_id, title, status, outcome, ${ATTEMPT}, error, progress, message, added, titled, seq, told`

type ViewPart = Pick<RunStore, 'changesSince' | 'listing' | 'pageJobs'>

/** The reads of jobs for watchers, pages of jobs and checkpoints. */
export function jobViews(sql: SqlStorage): ViewPart {
  return {
    changesSince(seq) {
      const rows = sql.exec(
        `SELECT ${CHANGE_COLUMNS} FROM jobs WHERE told > ? ORDER BY grp, n`,
        seq,
      )
      return Array.from(rows.raw<ChangeRow>(), toChange)
    },
    listing: (range) => readListing(sql, range),
    pageJobs({ after, limit, group = null, status = null }) {
      const where =
        '(grp, n) > (?1, ?2) AND (?3 IS NULL OR grp = ?3) AND (?4 IS NULL OR status = ?4) ORDER BY grp, n LIMIT ?5'
      return selectJobs(sql, where, after?.group ?? -1, after?.n ?? -1, group, status, limit)
    },
  }
}

function* readListing(sql: SqlStorage, { after, since }: ListingRange): Iterable<JobChange> {
  let last = after
  for (;;) {
    const page = listingPage(sql, last, since)
    yield* page
    last = page.at(-1) ?? null
    if (page.length < LISTING_ROWS) return
  }
}

function listingPage(sql: SqlStorage, after: JobPosition | null, since: number): JobChange[] {
  const rows = sql.exec(
    `SELECT ${CHANGE_COLUMNS} FROM jobs WHERE (grp, n) > (?, ?) AND titled > ? ORDER BY grp, n LIMIT ?`,
    after?.group ?? -1,
    after?.n ?? -1,
    since,
    LISTING_ROWS,
  )
  return Array.from(rows.raw<ChangeRow>(), toChange)
}

function toChange(row: ChangeRow): JobChange {
  const [group, n, external_id, title, status, outcome, attempt, error, ...rest] = row
  const [progress, message, added, titled, seq, told] = rest
  const shown = { group, n, external_id, title, status, outcome, attempt, progress, message }
  return { ...shown, error: toReason(error), added, titled, seq, told }
}
