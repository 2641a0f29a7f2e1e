import { setTimeout as delay } from 'node:timers/promises'

import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client, DatabaseError } from 'pg'

import { migrationsFolder } from './schema-folder.ts'

const PAUSE_MS = 500

/**
 * Brings the database at `url` to the newest schema; done already, it changes nothing. A database
 * that is only starting is tried again for `wait_ms`.
 */
export async function applyMigrations(url: string, wait_ms = 30_000): Promise<void> {
  const client = await connectWhenUp(url, Date.now() + wait_ms)
  try {
    await migrate(drizzle(client), { migrationsFolder })
  } finally {
    await client.end()
  }
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
