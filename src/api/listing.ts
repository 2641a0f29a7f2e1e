import type { ListAnswer } from '../db/page.ts'
import { callDatabase } from './database-call.ts'
import { badCursor } from './problem.ts'

/** A page out of Postgres, or the refusal that says why there is none. */
export async function readPage<Page>(list: () => Promise<ListAnswer<Page>>): Promise<Page> {
  const listed = await callDatabase(list)
  if (listed.kind === 'bad_cursor') throw badCursor()
  return listed.page
}
