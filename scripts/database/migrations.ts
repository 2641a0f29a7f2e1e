import { setTimeout as delay } from 'node:timers/promises'

import { readMigrationFiles } from 'drizzle-orm/migrator'
import { Client, DatabaseError } from 'pg'
import { z } from 'zod'

import { migrationsFolder } from './schema-folder.ts'

const PAUSE_MS = 500

/** The time at which the last applied migration was made, in milliseconds since 1970, as text. */
const Applied = z.object({ rows: z.array(z.object({ made_at: z.coerce.number() })) })

/**
 * Brings the database at `url` to the newest schema. Changes nothing if it has that schema. Tries again for
 * `wait_ms`, because the database may still be starting.
 */
export async function applyMigrations(url: string, wait_ms = 30_000): Promise<void> {
  const client = await connectWhenUp(url, Date.now() + wait_ms)
  try {
    if (await isNewest(client)) return
    // Drizzle is imported only here: that takes a tenth of a start, and most starts apply no migration.
    const { drizzle } = await import('drizzle-orm/node-postgres')
    const { migrate } = await import('drizzle-orm/node-postgres/migrator')
    await migrate(drizzle(client), { migrationsFolder })
  } finally {
    await client.end()
  }
}

/** Returns whether drizzle would find no migration newer than the last one that it applied. */
async function isNewest(client: Client): Promise<boolean> {
  const kept = await client.query(`SELECT FROM pg_tables
    WHERE schemaname = 'drizzle' AND tablename = '__drizzle_migrations'`)
  if (kept.rowCount === 0) return false
  const last = await client.query(`SELECT created_at AS made_at FROM drizzle.__drizzle_migrations
    ORDER BY created_at DESC LIMIT 1`)
  const [applied] = Applied.parse(last).rows
  const newest = readMigrationFiles({ migrationsFolder }).at(-1)
  return applied !== undefined && newest !== undefined && applied.made_at >= newest.folderMillis
}

async function connectWhenUp(url: string, deadline: number): Promise<Client> {
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    try {
      await client.connect()
      return client
    } catch (error) {
      if (!isStarting(error) || Date.now() > deadline) throw error
      await delay(PAUSE_MS)
    }
  }
}

function isStarting(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === '57P03'
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
}
