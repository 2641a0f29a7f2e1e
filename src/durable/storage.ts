import { ERASED } from './owner/owner-rpc.ts'

/** The tables of an object's storage, without those of SQLite and of the platform. */
export function tablesIn(sql: SqlStorage): readonly string[] {
  const found = sql.exec<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 4) <> '_cf_' AND substr(name, 1, 7) <> 'sqlite_'`,
  )
  return found.toArray().map(({ name }) => name)
}

/**
 * Deletes all that an object has stored, its alarm too, and ends the object, so that nothing that its parts hold in memory
 * is written again. The caller gets an error then, and calls again: an object without storage answers.
 */
export async function eraseObject(ctx: DurableObjectState, close: () => void): Promise<void> {
  if (tablesIn(ctx.storage.sql).length === 0 && (await ctx.storage.getAlarm()) === null) return
  close()
  await ctx.storage.deleteAlarm()
  await ctx.storage.deleteAll()
  await ctx.storage.sync()
  ctx.abort(ERASED)
}
