import { DatabaseUnavailable } from '../db/connect.ts'
import type { ListAnswer } from '../db/page.ts'
import { DamagedRow } from '../db/readable.ts'
import { RunRemoved } from '../db/removed-run.ts'
import { pause } from '../pause.ts'
import { badCursor, damaged, deploying, removed, unavailable } from './problem.ts'

/** Calls Postgres. Throws a problem if Postgres cannot be reached, if the row is damaged, or if it was removed. */
export async function callDatabase<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw unavailable('The database', error)
    if (error instanceof RunRemoved) throw removed(error)
    throw error instanceof DamagedRow ? damaged(error) : error
  }
}

/** Reads a page from Postgres. Throws a problem if the cursor is not one of this list. */
export async function readPage<Page>(list: () => Promise<ListAnswer<Page>>): Promise<Page> {
  const listed = await callDatabase(list)
  if (listed.kind === 'bad_cursor') throw badCursor()
  return listed.page
}

const TRIES = 3
const BACKOFF_MS = 50

/**
 * Calls a run's object, up to three times with a random pause between. Calls again only after an error that the
 * platform marks as retryable, and not if the object is overloaded. The call must be safe to repeat, and must
 * get a new stub each time: a stub that broke once stays broken.
 */
export async function callRun<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      if (isUnknownCall(error)) throw deploying(error)
      if (!isTransient(error)) throw error
      if (is(error, 'overloaded') || tries === TRIES) throw unavailable('The run', error)
    }
    await pause(Math.random() * BACKOFF_MS * 2 ** tries)
  }
}

/** During a deployment an object may be of the version before for some minutes. The platform marks no such error. */
function isUnknownCall(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('RPC receiver does not implement')
}

function isTransient(error: unknown): boolean {
  return is(error, 'retryable') || is(error, 'overloaded')
}

/** The platform marks its own errors: https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
function is(error: unknown, mark: 'retryable' | 'overloaded'): boolean {
  return error instanceof Error && Reflect.get(error, mark) === true
}

/**
 * Works on `lanes` items at a time, and returns the answers in the order of the items. After a failure it
 * begins no further item.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  lanes: number,
): Promise<R[]> {
  const answers: R[] = []
  let left = items.entries()
  const run = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const [at, item] = next.value
      answers[at] = await work(item)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, run))
  } finally {
    left = [].entries()
  }
  return answers
}
