import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { rolldown } from 'rolldown'
import { beforeAll, expect, it } from 'vitest'

import { Library } from '../support/library.ts'

const KB = 1024
const CLIENT = join(import.meta.dirname, '../../src/client/client.ts')

let library: Library

beforeAll(async () => {
  library = await Library.build()
})

const sizeOf = (code: string) => gzipSync(code, { level: 9 }).length
const read = (file: string) => readFileSync(join(library.folder, file), 'utf8')

/** The modules that a module imports when it loads. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:from|import)\s*["']([\w@./-]+)["']/g)].map(([, from = '']) => from)
}

it('a page loads one file to watch a run, and needs no other over a connection that may fail', () => {
  const code = read('index.js')
  expect(importsOf(code)).toEqual([])
  expect(code).not.toContain('import(')
  const size = sizeOf(code)
  process.stdout.write(`runcast: ${size} bytes gzipped, with its parser\n`)
  expect(size).toBeLessThan(11 * KB)
})

it('runcast/react adds only imports of React and of that file', () => {
  const code = read('react.js')
  // use-sync-external-store is CommonJS, and imports the whole of React a second time.
  expect(new Set(importsOf(code))).toEqual(new Set(['./index.js', 'react', 'react/jsx-runtime']))
  expect(code).toMatch(/^'use client'\n/)
  process.stdout.write(`runcast/react: ${sizeOf(code)} bytes gzipped besides\n`)
  expect(sizeOf(code)).toBeLessThan(3.2 * KB)
})

it("the library's own code stays under 9.2 KB gzipped", async () => {
  const bundle = await rolldown({
    input: CLIENT,
    platform: 'neutral',
    external: ['eventsource-parser'],
  })
  const { output } = await bundle.generate({ minify: true, comments: { annotation: false } })
  await bundle.close()
  const [own, ...others] = output
  expect(others).toEqual([])
  const size = sizeOf(own.code)
  process.stdout.write(`runcast: ${size} bytes gzipped, without its parser\n`)
  expect(size).toBeGreaterThan(KB)
  expect(size).toBeLessThan(9.2 * KB)
})
