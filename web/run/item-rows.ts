import type { WatchedJob, WatchedRun } from '../../src/protocol/fold.ts'
import type { RunAddress } from './run-address.ts'

/** A job of a run with its group. */
export type ItemRow = WatchedJob & { readonly group: string }

/** The jobs of a run that an address asks for, in the order of the groups. */
export function itemRows(
  { jobs }: Pick<WatchedRun, 'jobs'>,
  { group, status, outcome, q }: Pick<RunAddress, 'group' | 'status' | 'outcome' | 'q'>,
): ItemRow[] {
  const wanted = q.trim().toLocaleLowerCase()
  const rows: ItemRow[] = []
  for (const [key, members] of jobs) {
    if (group !== '' && group !== key) continue
    for (const job of members.values())
      if (
        (status === '' || job.status === status) &&
        (outcome === '' || job.detail?.outcome === outcome) &&
        (wanted === '' || textOf(job).includes(wanted))
      )
        rows.push({ ...job, group: key })
  }
  return rows
}

function textOf({ title, external_id }: WatchedJob): string {
  return `${title} ${external_id}`.toLocaleLowerCase()
}

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
