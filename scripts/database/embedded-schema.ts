import { join } from 'node:path'

import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'

const FOLDER = join(import.meta.dirname, '../../src/db/migrations')

/** Brings an embedded database, open in this process, to the newest schema. */
export async function migrateEmbedded(database: PGlite): Promise<void> {
  await migrate(drizzle({ client: database }), { migrationsFolder: FOLDER })
}
