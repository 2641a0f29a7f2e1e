import { existsSync, renameSync, rmSync } from 'node:fs'

import { PGlite } from '@electric-sql/pglite'

/**
 * Opens the database in `folder`, or makes it first.
 *
 * A new one is made beside its place and moved there when it is whole: killed half-way, the next
 * start begins anew instead of opening a torso.
 */
export async function openFolder(folder: string): Promise<PGlite> {
  if (!existsSync(folder)) {
    const unfinished = `${folder}.new`
    rmSync(unfinished, { recursive: true, force: true })
    const made = await PGlite.create(unfinished)
    await made.close()
    renameSync(unfinished, folder)
  }
  return PGlite.create(folder)
}
