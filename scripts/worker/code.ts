import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, parse, relative, sep } from 'node:path'

import { CACHE, keepBuilt } from '../kept-build.ts'
import { bundleWorker } from './bundle.ts'

const ROOT = join(import.meta.dirname, '../..')
/** What the Worker is made of, seen from the project's root. */
export const SOURCES = ['src', 'wrangler.toml', 'package-lock.json']

/** What a Worker's entry is written for, beside it. */
export const WHOLE = 'worker.mjs'
const ENTRY = `export * from './${WHOLE}'\nexport { default } from './${WHOLE}'\n`

export type WorkerCode = {
  /** A Worker's entry in place of the one in wrangler.toml. */
  readonly entry?: string
  /** Compatibility flags in place of those in wrangler.toml. */
  readonly flags?: readonly string[]
}

/** The kept bundle of this code, made if there is none or its sources have changed. */
export async function buildWorker({ entry, flags = [] }: WorkerCode = {}): Promise<string> {
  const home = entry === undefined ? 'src' : relative(ROOT, dirname(entry))
  const folder = join(CACHE, `runcast-worker-${home.replaceAll(sep, '-')}`)
  const [top = 'src'] = home.split(sep)
  await keepBuilt({
    folder,
    sources: [...SOURCES, top],
    build: (into) => bundleWorker(into, 'local', [...(entry ? [entry] : []), ...flagArgs(flags)]),
  })
  return folder
}

/**
 * Lays the Worker's code out in the data folder, and says what wrangler is given to run it. A run is
 * not torn from its Worker when somebody edits a file of the checkout.
 */
export async function layOutWorker(data: string, code: WorkerCode = {}): Promise<string[]> {
  const folder = join(data, 'code')
  const kept = await buildWorker(code)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(kept, folder, { recursive: true })
  const { name } = parse(code.entry ?? 'index.ts')
  renameSync(join(folder, `${name}.js`), join(folder, WHOLE))
  const entry = writeEntry(folder)
  // It would look for one beside the code.
  const config = `--config=${join(ROOT, 'wrangler.toml')}`
  return [entry, '--no-bundle', config, ...flagArgs(code.flags ?? [])]
}

/**
 * Writes the entry of a whole Worker in this folder, and says where it is. Wrangler parses an entry,
 * twice, to see what it exports: of megabytes that would be most of a start.
 */
export function writeEntry(folder: string): string {
  const entry = join(folder, 'entry.js')
  writeFileSync(entry, ENTRY)
  return entry
}

function flagArgs(flags: readonly string[]): string[] {
  return flags.map((flag) => `--compatibility-flags=${flag}`)
}
