import { runDurableObjectAlarm } from 'cloudflare:test'
import { expect, vi } from 'vitest'

import type { RunId } from '../../src/protocol/ids.ts'
import { stubOf, within } from './object.ts'

/** Reads the tables of the run's object, with their numbers of rows. */
export function tablesOf(run_id: RunId) {
  return within(stubOf(run_id), (_, { storage }) => {
    const { sql } = storage
    const names = sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
      )
      .toArray()
    return Object.fromEntries(
      names.map(({ name }) => [name, sql.exec(`SELECT * FROM ${name}`).toArray().length]),
    )
  })
}

/** Reads the entries of the object's outbox. */
function owed(run_id: RunId) {
  return within(stubOf(run_id), (_, { storage }) =>
    storage.sql.exec('SELECT jobs AS kind, state, due FROM outbox').toArray(),
  )
}

/**
 * Makes the archive due now, as after a day, and fires the alarm. The clock stays as it is: a consumer that ran while
 * the clock stood a day ahead would hold the archive for another day.
 */
export async function aDayPasses(run_id: RunId): Promise<void> {
  const run = stubOf(run_id)
  await expect.poll(() => owed(run_id)).toMatchObject([{ kind: 'archive' }])
  await within(run, (object) => {
    object['engine'].transact(({ store, now }) => {
      for (const entry of store.readEntries()) store.writeEntry({ ...entry, due: now })
    })
  })
  expect(await runDurableObjectAlarm(run)).toBe(true)
}

export async function archived(run_id: RunId): Promise<void> {
  await aDayPasses(run_id)
  await isBuried(run_id)
}

export async function isBuried(run_id: RunId): Promise<void> {
  await vi.waitFor(
    async () => expect(await tablesOf(run_id)).toEqual({ revoked_tokens: 0, tombstone: 1 }),
    { timeout: 60_000 },
  )
}
