import { DatabaseUnavailable } from '../db/connect.ts'
import type { Listed } from '../db/page.ts'
import { badCursor, unavailable } from './problem.ts'

/** A page out of Postgres, or the refusal that says why there is none. */
export async function readPage<Page>(list: () => Promise<Listed<Page>>): Promise<Page> {
  try {
    const listed = await list()
    if (listed.kind === 'page') return listed.page
  } catch (error) {
    throw error instanceof DatabaseUnavailable ? unavailable('The database', error) : error
  }
  throw badCursor()
}
