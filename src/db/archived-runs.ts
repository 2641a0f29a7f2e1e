import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { z } from 'zod'

import { GroupKey } from '../protocol/ids.ts'
import { problemsOf } from '../protocol/run-problems.ts'
import { countGroups, RunView } from '../protocol/run.ts'
import { answered, type Database } from './connect.ts'
import { jsonText } from './json.ts'
import { readRow } from './readable.ts'
import { type Checkpoint, putRun } from './runs.ts'
import { runs } from './schema.ts'

type Archive = Checkpoint & { readonly group_keys: readonly GroupKey[] }

type RunName = { readonly owner: string; readonly run_id: string }

/**
 * Writes an ended run's row to Postgres, where it stays, unless the stored row has a later seq. A second
 * statement reads the row back. Returns whether Postgres stored it exactly as given.
 */
export async function archiveRun(db: Database, archive: Archive): Promise<boolean> {
  const { owner, seq, view, group_keys } = archive
  await putRun(db, archive, {
    over: sql`${runs.seq} <= excluded.seq`,
    more: { group_keys: [...group_keys] },
  })
  const found = await db.query(HAS, [owner, view.run_id, seq, jsonText(view), jsonText(group_keys)])
  return found.length > 0
}

const HAS = `
SELECT seq FROM runs WHERE owner = $1::text AND run_id = $2::text AND seq = $3::bigint
  AND view = $4::text::jsonb AND to_jsonb(group_keys) = $5::text::jsonb`

const State = z.object({ view: RunView, group_keys: z.array(GroupKey) })

/** Returns undefined if this owner has no archived run with this id. */
export async function readArchivedRun(
  db: Database,
  { owner, run_id }: RunName,
): Promise<z.infer<typeof State> | undefined> {
  const { view, group_keys } = runs
  const found = await answered(
    db.orm
      .select({ view, group_keys })
      .from(runs)
      .where(and(eq(runs.owner, owner), eq(runs.run_id, run_id), isNotNull(group_keys))),
  )
  const [row] = found
  const state = row && readRow(State, row, { owner, what: `the run ${run_id}` })
  return state && { ...state, view: asOfToday(inOrder(state)) }
}

/** Puts the groups back into the run's order. jsonb orders its keys by their length. */
function inOrder({ view, group_keys }: z.infer<typeof State>): RunView {
  const groups = group_keys.flatMap((key) => {
    const group = view.groups[key]
    return group === undefined ? [] : [[key, group] as const]
  })
  return { ...view, groups: Object.fromEntries(groups) }
}

/** Adds the group counts that an earlier version did not write. It also counted aborted groups as failed. */
function asOfToday({ groups: before, ...view }: RunView): RunView {
  const { snapshot } = view
  if (view.group_counts !== undefined || snapshot === undefined) return { ...view, groups: before }
  const entries = Object.entries(before).map(([key, group]) => {
    const ended = group.status === 'failed' && group.reason?.code === 'aborted'
    return [key, ended ? { ...group, status: 'aborted' as const } : group] as const
  })
  const group_counts = countGroups(entries.map(([, group]) => group))
  const groups_failed = group_counts.by_status.failed ?? 0
  const counted = { ...snapshot, groups_failed, group_counts }
  const problems = problemsOf(counted)
  return { ...view, groups: Object.fromEntries(entries), group_counts, problems, snapshot: counted }
}
