import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { Library } from '../support/library.ts'

const KB = 1024

let library: Library
let folder: string

beforeAll(async () => {
  library = await Library.build()
  folder = library.folder
})

afterAll(() => library?.remove())

const sizeOf = (code: string) => gzipSync(code, { level: 9 }).length

/** A file and all that it imports before it runs; what it imports later is not among them. */
function loadedWith(path: string): ReadonlySet<string> {
  const code = readFileSync(join(folder, path), 'utf8')
  const imports = [...code.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)]
  const paths = imports.map(([, name = '']) => join(path, '..', name))
  return new Set([path, ...paths.flatMap((one) => [...loadedWith(one)])])
}

function total(paths: Iterable<string>): number {
  return [...paths].reduce((sum, path) => sum + sizeOf(readFileSync(join(folder, path), 'utf8')), 0)
}

it('what a page loads to watch a run stays under 8 KB gzipped, the parser included', () => {
  const loaded = loadedWith('client.js')
  const later = readdirSync(join(folder, 'chunks')).filter((name) => !loaded.has(`chunks/${name}`))
  expect(later.length).toBeGreaterThan(2)
  const size = total(loaded)
  process.stdout.write(`runcast/client: ${size} bytes gzipped to begin with\n`)
  expect(size).toBeLessThan(8 * KB)
})

it('all of it that is our own stays under 10 KB gzipped, whatever of it is loaded later', async () => {
  const bundled = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, '../../src/client/client.ts'), formats: ['es'] },
      rolldownOptions: {
        external: ['eventsource-parser'],
        output: { minify: true, codeSplitting: false },
      },
    },
  })
  const [first] = [bundled].flat()
  if (!first || !('output' in first)) throw new Error('It was not bundled.')
  const size = sizeOf(first.output[0].code)
  process.stdout.write(`runcast/client: ${size} bytes gzipped in all, without its parser\n`)
  expect(size).toBeGreaterThan(KB)
  expect(size).toBeLessThan(10 * KB)
})
