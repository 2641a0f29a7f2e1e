import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'

import { CACHE, keepBuilt } from '../kept-build.ts'
import { MIGRATIONS } from './schema-folder.ts'

/** An empty database of the newest schema, kept since making one takes ten times as long as a copy. */
const EMPTY = join(CACHE, 'runcast-postgres')
const SOURCES = [MIGRATIONS, 'package-lock.json']

/**
 * Opens the database in `folder`, or makes it first, as a copy of `empty`.
 *
 * Either is made beside its place and moved there when it is whole: killed half-way, the next start
 * begins anew instead of opening a torso.
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
  // Loaded here alone: most starts make no database.
  const { migrateEmbedded } = await import('./embedded-schema.ts')
  await migrateEmbedded(made)
  await made.close()
}

function open(folder: string): Promise<PGlite> {
  return PGlite.create(folder, { extensions: { vector } })
}
