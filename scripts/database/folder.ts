import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { z } from 'zod'

const PACKAGE = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'))
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(PACKAGE, 'utf8')))

/** An empty database of this version, kept since making one takes ten times as long as a copy. */
const EMPTY = fileURLToPath(
  new URL(`../../node_modules/.cache/runcast-postgres-${version}`, import.meta.url),
)

/**
 * Opens the database in `folder`, or makes it first, as a copy of `empty`.
 *
 * Either is made beside its place and moved there when it is whole: killed half-way, the next start
 * begins anew instead of opening a torso.
 */
export async function openFolder(folder: string, empty = EMPTY): Promise<PGlite> {
  if (!existsSync(folder)) {
    if (!existsSync(empty)) await makeEmpty(empty)
    const unfinished = `${folder}.new`
    rmSync(unfinished, { recursive: true, force: true })
    cpSync(empty, unfinished, { recursive: true })
    renameSync(unfinished, folder)
  }
  return PGlite.create(folder, { extensions: { vector } })
}

async function makeEmpty(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(dirname(folder), { recursive: true })
  try {
    const made = await PGlite.create(unfinished)
    await made.close()
    renameSync(unfinished, folder)
  } catch (error) {
    // Of several that make it at once, one is the first.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
