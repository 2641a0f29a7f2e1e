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

/** Lets a day pass, and fires the alarm. */
export async function aDayPasses(run_id: RunId): Promise<void> {
  await vi.waitFor(async () => expect(await owed(run_id)).toMatchObject([{ kind: 'archive' }]))
  const [archive] = await owed(run_id)
  vi.useFakeTimers({ toFake: ['Date'], now: Number(archive?.['due']) })
  expect(await runDurableObjectAlarm(stubOf(run_id))).toBe(true)
  vi.useRealTimers()
}

export async function archived(run_id: RunId): Promise<void> {
  await aDayPasses(run_id)
  await isBuried(run_id)
}

export async function isBuried(run_id: RunId): Promise<void> {
  await vi.waitFor(
    async () => expect(await tablesOf(run_id)).toEqual({ revoked_tokens: 0, tombstone: 1 }),
    { timeout: 10_000 },
  )
}
