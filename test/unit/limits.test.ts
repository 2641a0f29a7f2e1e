import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { platformLimits, withLimits } from '../../scripts/limits.ts'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/LIMITS.md'), 'utf8')
const limits = (await platformLimits()).flatMap(([, all]) => all)

describe('docs/LIMITS.md', () => {
  it('has the tables that the code and the configuration make: npm run limits writes them', async () => {
    expect(page).toBe(await withLimits(page))
  })

  it('has the address of each page that states a limit', () => {
    const addresses = [...page.matchAll(/^\[(\w+)\]: https:\/\//gm)].map(([, name]) => name)
    const named = [...new Set(limits.map((limit) => limit.page))]
    expect(named.toSorted()).toEqual(addresses.toSorted())
  })

  it('names tests that are there', () => {
    const tests = limits.flatMap((limit) => limit.tests)
    expect(tests.length).toBeGreaterThan(20)
    const missing = tests.filter(
      ([file, words]) => !readFileSync(join(ROOT, file), 'utf8').includes(words),
    )
    expect(missing).toEqual([])
  })
})
