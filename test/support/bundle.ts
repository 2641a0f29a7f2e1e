import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { CACHE, keepBuilt } from '../../scripts/kept-build.ts'
import { bundleWorker } from '../../scripts/worker/bundle.ts'
import { buildWorker, SOURCES } from '../../scripts/worker/code.ts'

export const BUILD_MS = 60_000

/** Reads the module that a deployment of this environment would upload. */
export async function deployed(environment: string): Promise<string> {
  return moduleIn(environment === 'local' ? await buildWorker() : await keep(environment))
}

/** Builds the module of production in `folder`, with more arguments for wrangler, and reads it. */
export async function bundle(folder: string, ...more: string[]): Promise<string> {
  const out = mkdtempSync(join(folder, 'out-'))
  await bundleWorker(out, '', more)
  return moduleIn(out)
}

async function keep(environment: string): Promise<string> {
  const folder = join(CACHE, `runcast-deployed-${environment}`)
  await keepBuilt({ folder, sources: SOURCES, build: (into) => bundleWorker(into, environment) })
  return folder
}

function moduleIn(folder: string): string {
  return readFileSync(join(folder, 'index.js'), 'utf8')
}
