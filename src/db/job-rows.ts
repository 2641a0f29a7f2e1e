import { cleanText } from '../protocol/clean-text.ts'

export type JobKey = { readonly group: string; readonly external_id: string }

/**
 * The rows of a batch that make one row in Postgres, because their keys are equal or differ only in characters
 * that Postgres cannot hold. `written` is the last of these rows. `given` has the last row under each key, as the
 * caller gave the key.
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
