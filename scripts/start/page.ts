import {
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')
const DIST = join(ROOT, 'dist')
const SOURCES = ['web', 'src/client', 'src/protocol', 'vite.config.ts', 'package-lock.json']

/** Builds the page into dist/, unless what is there is newer than what it is made of. */
export async function buildPage(): Promise<void> {
  const built = join(DIST, 'index.html')
  if (existsSync(built) && statSync(built).mtimeMs > newest(SOURCES)) return
  // Outside of the checkout's own files: a start that is killed here leaves it behind.
  const unfinished = join(ROOT, 'node_modules/.cache', `runcast-page.${process.pid}`)
  try {
    await build({
      root: join(ROOT, 'web'),
      configFile: join(ROOT, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: unfinished },
    })
    rmSync(DIST, { recursive: true, force: true })
    renameSync(unfinished, DIST)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/**
 * Lays the page out in `folder`, with where the sample sites are: several stacks run from one
 * checkout, each with sites of its own.
 */
export function layOutPage(folder: string, sites: string): void {
  rmSync(folder, { recursive: true, force: true })
  cpSync(DIST, folder, { recursive: true })
  writeFileSync(join(folder, 'local.json'), JSON.stringify({ sites }))
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
