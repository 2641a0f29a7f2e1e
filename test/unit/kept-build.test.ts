import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { CACHE, keepBuilt } from '../../scripts/kept-build.ts'

const failing = () => Promise.reject(new Error('no room'))

function kept() {
  // Beside the other kept builds, because a build is moved there.
  const folder = join(CACHE, `runcast-kept-of-test-${process.pid}`)
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const builds: number[] = []
  const build = async (into: string) => {
    builds.push(builds.length)
    await new Promise(setImmediate)
    writeFileSync(join(into, 'built'), '')
  }
  return { wanted: { folder, sources: ['package.json'], build }, builds }
}

test('many who want the same build at once get one, and the others wait for it', async () => {
  const { wanted, builds } = kept()
  const all = Array.from({ length: 5 }, async () => {
    await keepBuilt(wanted)
    return existsSync(join(wanted.folder, 'built'))
  })
  expect(await Promise.all(all)).toEqual([true, true, true, true, true])
  expect(builds).toHaveLength(1)
})

test('a build that fails leaves nothing, and the next one builds', async () => {
  const { wanted } = kept()
  await expect(keepBuilt({ ...wanted, build: failing })).rejects.toThrow('no room')
  expect(existsSync(wanted.folder)).toBe(false)
  await keepBuilt(wanted)
  expect(readdirSync(wanted.folder)).toEqual(['built'])
  const left = readdirSync(CACHE).filter((name) => name.startsWith(basename(wanted.folder)))
  expect(left).toEqual([basename(wanted.folder)])
})
