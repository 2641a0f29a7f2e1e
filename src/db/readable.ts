import type { z } from 'zod'

import { consoleLog } from '../log.ts'

/** Whose row it is and what it holds, for the log; `remedy` is what its owner can do about it. */
export type RowName = { readonly owner: string; readonly what: string; readonly remedy?: string }

/** A row that no version of this code has written, or a later one. The message is for its owner. */
export class DamagedRow extends Error {
  constructor({ what, remedy }: RowName, error: z.ZodError) {
    const told = `What is stored of ${what} cannot be read.`
    const cause = new Error(briefly(error))
    super(remedy === undefined ? told : `${told} ${remedy}`, { cause })
    this.name = 'DamagedRow'
  }
}

/** A row as this shape. Throws DamagedRow. */
export function readRow<T>(shape: z.ZodType<T>, row: unknown, name: RowName): T {
  const read = shape.safeParse(row)
  if (!read.success) throw new DamagedRow(name, read.error)
  return read.data
}

/** The rows that can be read. A damaged row is left out and named in the log. */
export function readableRows<T, Row>(
  shape: z.ZodType<T>,
  rows: readonly Row[],
  nameOf: (row: Row) => RowName,
): T[] {
  return rows.flatMap((row) => {
    const read = shape.safeParse(row)
    if (read.success) return [read.data]
    logDamage(nameOf(row), read.error)
    return []
  })
}

type Mending<T, Row> = {
  readonly shape: z.ZodType<T>
  /** Takes whatever the columns can hold. */
  readonly mended: z.ZodType<T>
  readonly nameOf: (row: Row) => RowName
}

/** All rows: a damaged row keeps its place with what can be read of it, and is named in the log. */
export function mendedRows<T, Row>(
  rows: readonly Row[],
  { shape, mended, nameOf }: Mending<T, Row>,
): T[] {
  return rows.map((row) => {
    const read = shape.safeParse(row)
    if (read.success) return read.data
    logDamage(nameOf(row), read.error)
    return mended.parse(row)
  })
}

/** What was logged already. A list that is read every few seconds would fill the log. */
const logged = new Set<string>()
const LOGGED_MAX = 1_000

function logDamage({ owner, what }: RowName, error: z.ZodError): void {
  const fields = { owner, error: briefly(error) }
  const line = JSON.stringify([what, fields])
  if (logged.has(line)) return
  if (logged.size === LOGGED_MAX) logged.clear()
  logged.add(line)
  consoleLog('error', `what is stored of ${what} cannot be read`, fields)
}

/** Where a row is not as it should be, in at most three places. */
function briefly({ issues }: z.ZodError): string {
  const places = issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`)
  return places.join('; ').slice(0, 500)
}
