import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { basename, join } from 'node:path'

import { takeLock } from './lock.ts'

const ROOT = join(import.meta.dirname, '..')

/**
 * The folder of kept builds. It is outside of the checkout's own files, because a killed build leaves files
 * behind.
 */
export const CACHE = join(ROOT, 'node_modules/.cache')

export type KeptBuild = {
  /** The folder that keeps the build. Nothing else writes into it. */
  readonly folder: string
  /** The files and folders that the build is made of, as paths from the project's root. */
  readonly sources: readonly string[]
  /** Builds into the given folder, which is empty. */
  readonly build: (folder: string) => Promise<void>
}

/** How long a build may take. */
const BUILD_MS = 600_000

/**
 * Builds, unless the kept build was begun after the last change of its sources. Of several processes that want the same
 * build one builds, and the others wait for the build: a second one would be put in the place of the first, which somebody
 * may be copying.
 */
export async function keepBuilt(wanted: KeptBuild): Promise<void> {
  if (isFresh(wanted)) return
  mkdirSync(CACHE, { recursive: true })
  const release = await takeLock(CACHE, basename(wanted.folder), BUILD_MS)
  try {
    if (!isFresh(wanted)) await buildAnew(wanted)
  } finally {
    release()
  }
}

function isFresh({ folder, sources }: KeptBuild): boolean {
  return existsSync(folder) && statSync(folder).mtimeMs > newest(sources)
}

async function buildAnew({ folder, build }: KeptBuild): Promise<void> {
  const begun = new Date()
  const unfinished = join(CACHE, `${basename(folder)}.${process.pid}`)
  try {
    mkdirSync(unfinished, { recursive: true })
    await build(unfinished)
    utimesSync(unfinished, begun, begun)
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Returns the time of the newest change of these files, in milliseconds. */
function newest(paths: readonly string[]): number {
  const files = paths.flatMap((path) => {
    const full = join(ROOT, path)
    if (!statSync(full).isDirectory()) return [full]
    return readdirSync(full, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('node_modules'))
      .map((name) => join(full, name))
  })
  return Math.max(...files.map((file) => statSync(file).mtimeMs))
}
