import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { INNER_NAMES, shortNames } from '../../scripts/library/short-names.ts'
import { Library } from '../support/library.ts'

const KB = 1024
const ROOT = join(import.meta.dirname, '../..')

let library: Library
let folder: string

beforeAll(async () => {
  library = await Library.build()
  folder = library.folder
})

afterAll(() => library?.remove())

const sizeOf = (code: string) => gzipSync(code, { level: 9 }).length

/** A file and all that it imports. */
function loadedWith(path: string): ReadonlySet<string> {
  const code = readFileSync(join(folder, path), 'utf8')
  const imports = [...code.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)]
  const paths = imports.map(([, name = '']) => join(path, '..', name))
  return new Set([path, ...paths.flatMap((one) => [...loadedWith(one)])])
}

function total(paths: Iterable<string>): number {
  return [...paths].reduce((sum, path) => sum + sizeOf(readFileSync(join(folder, path), 'utf8')), 0)
}

it('what a page loads to watch a run is all there is: nothing is left to be loaded in trouble', () => {
  const loaded = loadedWith('client.js')
  const chunks = readdirSync(join(folder, 'chunks')).map((name) => join('chunks', name))
  expect(loaded).toEqual(new Set(['client.js', ...chunks]))
  for (const path of loaded)
    expect(readFileSync(join(folder, path), 'utf8')).not.toContain('import(')
  const size = total(loaded)
  process.stdout.write(`runcast/client: ${size} bytes gzipped as it is built, with its parser\n`)
  expect(size).toBeLessThan(11 * KB)
})

it('all of it that is our own stays under 9 KB gzipped', async () => {
  const bundled = await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [shortNames()],
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(ROOT, 'src/client/client.ts'), formats: ['es'] },
      rolldownOptions: {
        external: ['eventsource-parser'],
        output: { minify: true, comments: { annotation: false } },
      },
    },
  })
  const [first, ...others] = [bundled].flat()
  if (!first || !('output' in first)) throw new Error('It was not bundled.')
  expect([first.output.length, others.length]).toEqual([1, 0])
  const size = sizeOf(first.output[0].code)
  process.stdout.write(`runcast/client: ${size} bytes gzipped in all, without its parser\n`)
  expect(size).toBeGreaterThan(KB)
  expect(size).toBeLessThan(9 * KB)
})

it('no name that is shortened is on the wire, between tabs or in what a caller sees', () => {
  const outer = [
    ...['document', 'events', 'fold', 'log', 'poll', 'problems', 'run', 'socket', 'status'].map(
      (name) => `src/protocol/${name}.ts`,
    ),
    'src/client/api-error.ts',
    'src/client/feed.ts',
    'src/client/run-calls.ts',
    'src/client/run-route.ts',
    'src/client/run-watch.ts',
    'src/client/tabs/tab-talk.ts',
    'src/client/timing.ts',
    'src/client/watch-run.ts',
    'src/client/watch-state.ts',
  ]
  const members = new Set(
    outer.flatMap((path) => {
      const code = readFileSync(join(ROOT, path), 'utf8')
      return [...code.matchAll(/^\s*(?:readonly )?(\w+)\??:/gm)].map(([, name]) => name)
    }),
  )
  expect(INNER_NAMES.filter((name) => members.has(name))).toEqual([])
})
