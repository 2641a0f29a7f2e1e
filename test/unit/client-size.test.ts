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

/** The modules that a module imports when it is loaded. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:from|import)\s*["']([\w@./-]+)["']/g)].map(([, from = '']) => from)
}

it('a page loads one file to watch a run: nothing has to be loaded over a connection that fails', () => {
  const code = read('index.js')
  expect(importsOf(code)).toEqual([])
  expect(code).not.toContain('import(')
  const size = sizeOf(code)
  process.stdout.write(`runcast: ${size} bytes gzipped, with its parser\n`)
  expect(size).toBeLessThan(11 * KB)
})

it('what runcast/react adds imports React and that file', () => {
  const code = read('react.js')
  // use-sync-external-store, which is CommonJS, imports React a second time, as a whole.
  expect(new Set(importsOf(code))).toEqual(new Set(['./index.js', 'react', 'react/jsx-runtime']))
  expect(code).toMatch(/^'use client'\n/)
  process.stdout.write(`runcast/react: ${sizeOf(code)} bytes gzipped besides\n`)
  expect(sizeOf(code)).toBeLessThan(3 * KB)
})

it('our own code stays under 9 KB gzipped', async () => {
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
  expect(size).toBeLessThan(9 * KB)
})
