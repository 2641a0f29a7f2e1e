import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** Where the migrations are, seen from the project's root. */
export const MIGRATIONS = 'src/db/migrations'

/** The same, for the tool that applies them. */
export const migrationsFolder = join(ROOT, MIGRATIONS)
