import type { z } from 'zod'

import { consoleLog } from '../log.ts'

/** Names a row for the log: its owner and its content. `remedy` says what the owner can do about damage. */
export type RowName = { readonly owner: string; readonly what: string; readonly remedy?: string }

/** A row that this version cannot read: a later version or a person wrote it. The message is for its owner. */
export class DamagedRow extends Error {
  constructor({ what, remedy }: RowName, error: z.ZodError) {
    const told = `Runcast cannot read its record of ${what}.`
    const cause = new Error(briefly(error))
    super(remedy === undefined ? told : `${told} ${remedy}`, { cause })
    this.name = 'DamagedRow'
  }
}

/** Parses a row. Throws DamagedRow. */
export function readRow<T>(shape: z.ZodType<T>, row: unknown, name: RowName): T {
  const read = shape.safeParse(row)
  if (!read.success) throw new DamagedRow(name, read.error)
  return read.data
}

/** Parses rows. Leaves out each damaged row and names it in the log. */
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
  /** Accepts every value that the columns can hold. */
  readonly mended: z.ZodType<T>
  readonly nameOf: (row: Row) => RowName
}

/** Parses rows. A damaged row keeps its place with its readable columns, and is named in the log. */
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

/** The rows that were logged. A list that is read every few seconds would otherwise fill the log. */
const logged = new Set<string>()
const LOGGED_MAX = 1_000

function logDamage({ owner, what }: RowName, error: z.ZodError): void {
  const fields = { owner, error: briefly(error) }
  const line = JSON.stringify([what, fields])
  if (logged.has(line)) return
  if (logged.size === LOGGED_MAX) logged.clear()
  logged.add(line)
  consoleLog('error', `the record of ${what} cannot be read`, fields)
}

/** Names at most three faulty places of a row. */
function briefly({ issues }: z.ZodError): string {
  const places = issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`)
  return places.join('; ').slice(0, 500)
}
