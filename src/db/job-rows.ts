import { cleanText } from '../protocol/clean-text.ts'

export type JobKey = { readonly group: string; readonly external_id: string }

/**
 * The rows of a batch that are one row in Postgres: `written` is the last of them, `given` the
 * last under each key as it was given. Keys that differ only in what Postgres cannot hold are one.
 */
export type JobRows<Row> = { readonly written: Row; readonly given: ReadonlyMap<string, Row> }

/** A statement that meets a key twice fails, so a batch goes in with one entry a key. */
export function rowsByKey<Row extends JobKey>(rows: readonly Row[]): Map<string, JobRows<Row>> {
  const found = new Map<string, { written: Row; given: Map<string, Row> }>()
  for (const row of rows) {
    const key = storedKey(row)
    const given = found.get(key)?.given ?? new Map<string, Row>()
    found.set(key, { written: row, given: given.set(keyText(row), row) })
  }
  return found
}

export function storedKey({ group, external_id }: JobKey): string {
  return keyText({ group: cleanText(group), external_id: cleanText(external_id) })
}

function keyText({ group, external_id }: JobKey): string {
  return JSON.stringify([group, external_id])
}
