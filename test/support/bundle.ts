import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { bundleWorker } from '../../scripts/worker/bundle.ts'

export const BUILD_MS = 60_000

/** The module that a deployment of this environment would upload; it is built within `folder`. */
export async function bundle(
  folder: string,
  environment: string,
  ...more: string[]
): Promise<string> {
  const out = mkdtempSync(join(folder, 'out-'))
  await bundleWorker(out, environment, more)
  return readFileSync(join(out, 'index.js'), 'utf8')
}
