import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const WRANGLER = createRequire(import.meta.url).resolve('wrangler')
const BUILD_MS = 60_000

const folder = mkdtempSync(join(tmpdir(), 'runcast-bundle-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** The names that failpoints are called by. */
const names = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .flatMap((text) => [...text.matchAll(/[fF]ailpoint\('([\w.]+)'\)/g)])
  .map(([, name = '']) => name)

/** What a deployment of this environment would upload; '' is the top level, which is production. */
async function bundle(environment: string, ...more: string[]): Promise<string> {
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

/** What there is of failpoints in a bundle: their names, and whatever is called after them. */
function found(code: string): string[] {
  return [...names.filter((name) => code.includes(name)), ...(code.match(/failpoint/gi) ?? [])]
}

const environments = [
  ...new Set(
    [...readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').matchAll(/^\[env\.([\w-]+)/gm)].map(
      ([, name = '']) => name,
    ),
  ),
]

it.each(['', ...environments])(
  'no failpoint is in what is deployed: environment "%s"',
  async (environment) => {
    const code = await bundle(environment)
    expect(code).toContain('RunObject')
    expect(found(code)).toEqual([])
  },
  BUILD_MS,
)

it(
  'a bundle that was built with them holds each of them',
  async () => {
    expect(names.length).toBeGreaterThan(10)
    const code = await bundle('', '--define=RUNCAST_FAILPOINTS:true')
    expect(found(code)).toEqual(expect.arrayContaining([...names, 'failpoint']))
  },
  BUILD_MS,
)
