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

/** Outside of the checkout's own files, since what is killed in the middle leaves something behind. */
export const CACHE = join(ROOT, 'node_modules/.cache')

export type KeptBuild = {
  /** The folder where the build is kept, and which nothing else writes into. */
  readonly folder: string
  /** What it is made of: files and folders, seen from the project's root. */
  readonly sources: readonly string[]
  /** Builds into an empty folder. */
  readonly build: (folder: string) => Promise<void>
}

/** Builds, unless what is kept began after its sources were last changed. */
export async function keepBuilt({ folder, sources, build }: KeptBuild): Promise<void> {
  const isFresh = () => existsSync(folder) && statSync(folder).mtimeMs > newest(sources)
  if (isFresh()) return
  const begun = new Date()
  const unfinished = join(CACHE, `${basename(folder)}.${process.pid}`)
  try {
    mkdirSync(unfinished, { recursive: true })
    await build(unfinished)
    utimesSync(unfinished, begun, begun)
    // Of several that build the same at once, one is the first, and what it kept may be in use.
    if (isFresh()) return
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** When the newest of the files was changed, in milliseconds. */
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
