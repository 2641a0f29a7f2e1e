import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, it } from 'vitest'

import { BUILD_MS, bundle, deployed } from '../support/bundle.ts'

const ROOT = join(import.meta.dirname, '../..')

const folder = mkdtempSync(join(tmpdir(), 'runcast-bundle-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** The names of all failpoints. */
const names = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .flatMap((text) => [...text.matchAll(/[fF]ailpoint\('([\w.]+)'\)/g)])
  .map(([, name = '']) => name)

/** Returns the failpoints in a bundle: their names, and all identifiers after them. */
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
  'a deployed bundle has no failpoint: environment "%s"',
  async (environment) => {
    const code = await deployed(environment)
    expect(code).toContain('RunObject')
    expect(found(code)).toEqual([])
  },
  BUILD_MS,
)

it(
  'a bundle that is built with failpoints has each of them',
  async () => {
    expect(names.length).toBeGreaterThan(10)
    const code = await bundle(folder, '--define=RUNCAST_FAILPOINTS:true')
    expect(found(code)).toEqual(expect.arrayContaining([...names, 'failpoint']))
  },
  BUILD_MS,
)
