import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const WRANGLER = createRequire(import.meta.url).resolve('wrangler')

export const BUILD_MS = 60_000

/**
 * What a deployment of this environment would upload; '' is the top level, which is production. It is
 * built within `folder`.
 */
export async function bundle(
  folder: string,
  environment: string,
  ...more: string[]
): Promise<string> {
  const [out, assets] = ['out', 'assets'].map((name) => mkdtempSync(join(folder, `${name}-`)))
  const args = ['deploy', '--dry-run', `--env=${environment}`, `--outdir=${out}`, ...more]
  await promisify(execFile)(process.execPath, [WRANGLER, ...args, `--assets=${assets}`], {
    cwd: ROOT,
    env: {
      ...process.env,
      CLOUDFLARE_API_TOKEN: undefined,
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      WRANGLER_WRITE_LOGS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
    },
  })
  return readFileSync(join(out ?? '', 'index.js'), 'utf8')
}
