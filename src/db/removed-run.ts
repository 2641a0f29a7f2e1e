import { z } from 'zod'

import type { Database } from './connect.ts'
import { isoText } from './iso.ts'

/** The jobs, the log and the expiries of a run were kept long enough and have been removed (RUN-6). */
export class RunRemoved extends Error {
  /** When the removal began, in ISO 8601. */
  readonly at: string

  constructor(at: string) {
    super(`the jobs and the log of the run were removed at ${at}`)
    this.name = 'RunRemoved'
    this.at = at
  }
}

/**
 * A condition of statements that read what the sweep removes. `$1` is the owner, `run` the parameter with the run's
 * id. A statement finds nothing from the moment the removal begins, so that nobody is shown a part for the whole.
 */
export const isKept = (run: string) =>
  `(SELECT removed_at FROM runs WHERE owner = $1::text AND run_id = ${run}::text) IS NULL`

/** Throws RunRemoved for a removed run. Callers ask when a statement with `isKept` has found nothing. */
export async function requireKept(
  db: Database,
  { owner, run_id }: { readonly owner: string; readonly run_id: string },
): Promise<void> {
  const [row] = await db.query(REMOVED, [owner, run_id])
  const at = Removed.parse(row)?.at ?? null
  if (at !== null) throw new RunRemoved(at)
}

const Removed = z.object({ at: z.string().nullable() }).optional()

const REMOVED = `SELECT ${isoText('removed_at')} AS at FROM runs
WHERE owner = $1::text AND run_id = $2::text`
