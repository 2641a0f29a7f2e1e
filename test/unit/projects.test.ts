import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { COMPUTING, IN_WORKERD } from '../../scripts/check/tests.ts'
import config from '../../vitest.config.ts'

const ROOT = join(import.meta.dirname, '../..')

const Config = z.object({
  test: z.object({
    projects: z.array(
      z.object({
        test: z.object({
          name: z.string(),
          include: z.tuple([z.string()]),
          exclude: z.array(z.string()).default([]),
        }),
      }),
    ),
  }),
})

const projects = Config.parse(config).test.projects.map(({ test }) => ({
  ...test,
  folder: test.include[0].replace(/\/\*\*\/\*\.test\.ts$/, ''),
  files: globSync(test.include[0], { cwd: ROOT, exclude: test.exclude }),
}))

/**
 * All files with the name of a test, even if no project includes the name. A sample's test runs when the sample
 * is added: test/e2e/pipeline.test.ts does that.
 */
const tests = globSync('{test,src,web,scripts,bench}/**/*.{test,spec}.*', {
  cwd: ROOT,
  // The peers of a bench have packages of their own (bench/queues/peers/install.sh).
  exclude: ['**/node_modules/**'],
})

const contributing = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')

describe('the projects of the tests', () => {
  it('have a folder each, and exclude only folders', () => {
    for (const { folder, exclude } of projects) {
      expect(folder).toMatch(/^test(\/[a-z0-9]+)+$/)
      for (const left of exclude) expect(left).toMatch(/^test(\/[a-z0-9]+)+\/\*\*$/)
    }
  })

  it('have each test file exactly once', () => {
    expect(tests.length).toBeGreaterThan(250)
    const wrong = tests
      .map((file) => ({
        file,
        in: projects.filter(({ files }) => files.includes(file)).map(({ name }) => name),
      }))
      .filter((found) => found.in.length !== 1)
    expect(wrong).toEqual([])
  })

  it('have tests, and npm test chooses each by its name', () => {
    expect(projects.filter(({ files }) => files.length === 0)).toEqual([])
    const names = projects.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect([...COMPUTING, ...IN_WORKERD].filter((name) => !names.includes(name))).toEqual([])
  })

  it('are in the table of CONTRIBUTING.md, with their folders', () => {
    const rows = [
      ...contributing.matchAll(/^\|[^|]*\|\s*`(test\/[a-z0-9/]+)\/`\s*\|\s*`([a-z0-9-]+)`/gm),
    ]
    const told = rows.map(([, folder, name]) => `${name}: ${folder}`)
    expect(told.toSorted()).toEqual(
      projects.map(({ name, folder }) => `${name}: ${folder}`).toSorted(),
    )
  })
})

describe('the files that CONTRIBUTING.md names', () => {
  it('exist', () => {
    const rows = contributing.split('\n').filter((line) => line.startsWith('| '))
    const paths = rows.flatMap((row) => [...row.matchAll(/`([\w./-]+\/[\w.-]*)`/g)])
    expect(paths.length).toBeGreaterThan(20)
    expect(paths.filter(([, path = '']) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

describe('the tests that RELIABILITY.md names', () => {
  const text = readFileSync(join(ROOT, 'docs/RELIABILITY.md'), 'utf8')
  const named = [...text.matchAll(/`((?:unit|worker|pg|e2e|chaos)\/[a-z/-]+)`/g)].map(
    ([, name = '']) => name,
  )

  it('exist', () => {
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((name) => !existsSync(join(ROOT, `test/${name}.test.ts`)))).toEqual([])
  })
})
