import { DatabaseUnavailable } from '../db/connect.ts'
import { DamagedRow } from '../db/readable.ts'
import { damaged, unavailable } from './problem.ts'

/** What Postgres answers, or a refusal: while it is away, and of a row that cannot be read. */
export async function callDatabase<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw unavailable('The database', error)
    throw error instanceof DamagedRow ? damaged(error) : error
  }
}
