import type { WatchedJob, WatchedRun } from '../../src/protocol/fold.ts'
import { kept } from '../parts/kept.ts'
import { groupTitle } from '../parts/names.ts'
import type { JobMap } from '../parts/tally.ts'
import type { RunAddress } from './run-address.ts'

/** A job of a run with its group. `key` is the item of an address. */
export type ItemRow = WatchedJob & { readonly group: string; readonly key: string }

/** The jobs of a run that an address asks for, in the order of the groups. */
export function itemRows(
  { jobs }: Pick<WatchedRun, 'jobs'>,
  { group, status, outcome, q }: Pick<RunAddress, 'group' | 'status' | 'outcome' | 'q'>,
): ItemRow[] {
  const wanted = wantedOf({ status, outcome, q })
  return [...jobs].flatMap(([name, members]) =>
    group === '' || group === name ? matchesOf(rowsOf(name, members), wanted) : [],
  )
}

type RowFilter = {
  /** The same for what is equally wanted. */
  readonly key: string
  readonly matches: (row: ItemRow) => boolean
}

/** Undefined: all jobs are wanted. */
function wantedOf({
  status,
  outcome,
  q,
}: Pick<RunAddress, 'status' | 'outcome' | 'q'>): RowFilter | undefined {
  const text = q.trim().toLocaleLowerCase()
  if (status === '' && outcome === '' && text === '') return undefined
  const matches = (row: ItemRow) =>
    (status === '' || row.status === status) &&
    (outcome === '' || row.detail?.outcome === outcome) &&
    (text === '' || textOf(row).includes(text))
  return { key: JSON.stringify([status, outcome, text]), matches }
}

/** The rows as a file has them: for a person in a spreadsheet, and with the keys that the API knows. */
export function exportedRows({ groups }: Pick<WatchedRun, 'groups'>, rows: readonly ItemRow[]) {
  return rows.map(({ group, external_id, title, status, detail }) => ({
    group,
    group_title: groupTitle({ groups }, group),
    external_id,
    title,
    status,
    outcome: detail?.outcome ?? '',
    attempt: detail?.attempt ?? '',
    error_code: detail?.error?.code ?? '',
    error: detail?.error?.message ?? '',
  }))
}

// The fold keeps the maps of unchanged groups, and the jobs that did not change, so only what changed is made anew.
const groupRows = new WeakMap<JobMap, readonly ItemRow[]>()
const jobRows = new WeakMap<WatchedJob, ItemRow>()

function rowsOf(group: string, members: JobMap): readonly ItemRow[] {
  const known = groupRows.get(members)
  if (known) return known
  const rows = Array.from(members.values(), (job) => rowOf(group, job))
  groupRows.set(members, rows)
  return rows
}

type FilteredRows = { readonly key: string; readonly rows: readonly ItemRow[] }

const matching = new WeakMap<readonly ItemRow[], FilteredRows>()

/** The rows of a group that are wanted. In a group that did not change they are looked for once. */
function matchesOf(rows: readonly ItemRow[], wanted: RowFilter | undefined): readonly ItemRow[] {
  if (wanted === undefined) return rows
  const known = matching.get(rows)
  if (known?.key === wanted.key) return known.rows
  const found = rows.filter(wanted.matches)
  matching.set(rows, { key: wanted.key, rows: found })
  return found
}

function rowOf(group: string, job: WatchedJob): ItemRow {
  const known = jobRows.get(job)
  if (known) return known
  const row = { ...job, group, key: itemText({ group, external_id: job.external_id }) }
  jobRows.set(job, row)
  return row
}

/** The text of a row in which a person searches. It is the same for each letter that the person types. */
const textOf = kept(({ title, external_id }: ItemRow) =>
  `${title} ${external_id}`.toLocaleLowerCase(),
)

export function itemText({ group, external_id }: Pick<ItemRow, 'group' | 'external_id'>): string {
  return JSON.stringify([group, external_id])
}

/** Reads the open item of an address. Undefined: none is open. */
export function itemKey(text: string): { group: string; external_id: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return undefined
    const [group, external_id]: unknown[] = parsed
    return typeof group === 'string' && typeof external_id === 'string'
      ? { group, external_id }
      : undefined
  } catch {
    return undefined
  }
}
