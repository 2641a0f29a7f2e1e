import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, parse, relative, sep } from 'node:path'

import { CACHE, keepBuilt } from '../kept-build.ts'
import { bundleWorker } from './bundle.ts'

const ROOT = join(import.meta.dirname, '../..')
/** The sources of the Worker, as paths from the project's root. */
export const SOURCES = ['src', 'wrangler.toml', 'package-lock.json']

/** The name of the whole Worker's module. The entry that `writeEntry` writes imports it. */
export const WHOLE = 'worker.mjs'
const ENTRY = `export * from './${WHOLE}'\nexport { default } from './${WHOLE}'\n`

export type WorkerCode = {
  /** The entry to use instead of the one in wrangler.toml. */
  readonly entry?: string
  /** Compatibility flags to use instead of those in wrangler.toml. */
  readonly flags?: readonly string[]
}

/**
 * Returns the folder of the kept bundle of this code. Bundles first if there is none, or if its sources
 * have changed.
 */
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
 * Copies the Worker's code into the data folder, and returns wrangler's arguments to run it. The copy
 * protects a run: an edit of the checkout does not restart its Worker.
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
  // Without this argument wrangler would look for wrangler.toml beside the code.
  const config = `--config=${join(ROOT, 'wrangler.toml')}`
  return [entry, '--no-bundle', config, ...flagArgs(code.flags ?? [])]
}

/**
 * Writes a small entry beside a whole Worker, and returns its path. wrangler parses an entry twice to find
 * its exports. Parsing the megabytes of the whole Worker would take most of a start.
 */
export function writeEntry(folder: string): string {
  const entry = join(folder, 'entry.js')
  writeFileSync(entry, ENTRY)
  return entry
}

function flagArgs(flags: readonly string[]): string[] {
  return flags.map((flag) => `--compatibility-flags=${flag}`)
}
