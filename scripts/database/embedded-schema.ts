import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'

import { migrationsFolder } from './schema-folder.ts'

/** Brings an embedded database, which this process has opened, to the newest schema. */
export async function migrateEmbedded(database: PGlite): Promise<void> {
  await migrate(drizzle({ client: database }), { migrationsFolder })
}
