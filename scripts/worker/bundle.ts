import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const WRANGLER = createRequire(import.meta.url).resolve('wrangler')

/** What wrangler is told so that it looks nothing up and reports nothing. */
export const QUIET = {
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
} as const

/**
 * Writes into `folder` what a deployment of this environment would upload, its module as `index.js`;
 * '' is the top level, which is production.
 */
export async function bundleWorker(
  folder: string,
  environment: string,
  more: readonly string[] = [],
): Promise<void> {
  // It asks for the page's folder, of which the bundle has nothing.
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
