import { DatabaseUnavailable } from '../db/connect.ts'
import { unavailable } from './problem.ts'

/** What Postgres answers; while it is away, a refusal that says so. */
export async function callDatabase<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof DatabaseUnavailable ? unavailable('The database', error) : error
  }
}
