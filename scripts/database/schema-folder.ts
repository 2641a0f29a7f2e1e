import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** The folder of the migrations, as a path from the project's root. */
export const MIGRATIONS = 'src/db/migrations'

/** The absolute path of that folder, for the tool that applies migrations. */
export const migrationsFolder = join(ROOT, MIGRATIONS)
