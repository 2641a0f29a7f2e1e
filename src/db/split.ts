import { classify } from './classify.ts'

export type FailedRow<Row> = { readonly row: Row; readonly code: string; readonly message: string }

export type Split<Row, Won> = {
  readonly won: readonly Won[]
  readonly failed: readonly FailedRow<Row>[]
}

/**
 * Writes rows in one statement. If the data is faulty, writes each half by itself, until only the faulty
 * row fails. Throws any other error.
 */
export async function writeSplitting<Row, Won>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<readonly Won[]>,
): Promise<Split<Row, Won>> {
  if (rows.length === 0) return { won: [], failed: [] }
  try {
    return { won: await write(rows), failed: [] }
  } catch (error) {
    const fault = classify(error)
    if (fault.kind !== 'data') throw error
    const { code, message } = fault
    if (rows.length === 1) return { won: [], failed: rows.map((row) => ({ row, code, message })) }
    const middle = Math.ceil(rows.length / 2)
    const left = await writeSplitting(rows.slice(0, middle), write)
    const right = await writeSplitting(rows.slice(middle), write)
    return { won: [...left.won, ...right.won], failed: [...left.failed, ...right.failed] }
  }
}
