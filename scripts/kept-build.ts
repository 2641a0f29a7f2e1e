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

/** Builds, unless the kept build was begun after the last change of its sources. */
export async function keepBuilt({ folder, sources, build }: KeptBuild): Promise<void> {
  const isFresh = () => existsSync(folder) && statSync(folder).mtimeMs > newest(sources)
  if (isFresh()) return
  const begun = new Date()
  const unfinished = join(CACHE, `${basename(folder)}.${process.pid}`)
  try {
    mkdirSync(unfinished, { recursive: true })
    await build(unfinished)
    utimesSync(unfinished, begun, begun)
    // Several processes may build the same. The first one keeps its build, and the others leave it,
    // because it may be in use.
    if (isFresh()) return
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
