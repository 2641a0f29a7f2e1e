import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'

import { CACHE, keepBuilt } from '../kept-build.ts'
import { MIGRATIONS } from './schema-folder.ts'

/** An empty database with the newest schema. It is kept, because a copy takes a tenth of the time. */
const EMPTY = join(CACHE, 'runcast-postgres')
const SOURCES = [MIGRATIONS, 'package-lock.json']

/**
 * Opens the database in `folder`. If there is none, copies the empty database there first. Both databases
 * are made in another folder and renamed when they are complete: if this process is killed half-way, the
 * next start makes them anew instead of opening half a database.
 */
export async function openFolder(folder: string, empty = EMPTY): Promise<PGlite> {
  if (!existsSync(folder)) {
    await keepBuilt({ folder: empty, sources: SOURCES, build: makeEmpty })
    const unfinished = `${folder}.new`
    rmSync(unfinished, { recursive: true, force: true })
    cpSync(empty, unfinished, { recursive: true })
    renameSync(unfinished, folder)
  }
  return open(folder)
}

async function makeEmpty(folder: string): Promise<void> {
  const made = await open(folder)
  // Imported only here, because most starts make no database.
  const { migrateEmbedded } = await import('./embedded-schema.ts')
  await migrateEmbedded(made)
  await made.close()
}

function open(folder: string): Promise<PGlite> {
  return PGlite.create(folder, { extensions: { vector, btree_gin, pg_trgm } })
}
