import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const WRANGLER = createRequire(import.meta.url).resolve('wrangler')

/** Makes wrangler look nothing up and report nothing. */
export const QUIET = {
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
} as const

/**
 * Bundles the Worker of an environment into `folder`, as a deployment would upload it. The module is
 * `index.js`. The environment '' is the top level of wrangler.toml, which is production.
 */
export async function bundleWorker(
  folder: string,
  environment: string,
  more: readonly string[] = [],
): Promise<void> {
  // wrangler needs a folder of assets, but the bundle holds none of them.
  const assets = mkdtempSync(join(tmpdir(), 'runcast-assets-'))
  const args = ['deploy', '--dry-run', `--env=${environment}`, `--outdir=${folder}`]
  try {
    await promisify(execFile)(
      process.execPath,
      [WRANGLER, ...args, `--assets=${assets}`, ...more],
      {
        cwd: ROOT,
        env: { ...process.env, ...QUIET, CLOUDFLARE_API_TOKEN: undefined },
      },
    )
  } finally {
    rmSync(assets, { recursive: true })
  }
}
