import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** The text of all test files, which has the names of all tests. */
function testText(): string {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('rules.test.ts'))
    .map((file) => readFileSync(join(ROOT, 'test', file), 'utf8'))
    .join('\n')
}

it('a test names each numbered rule of the protocol', () => {
  const protocol = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8')
  const rules = [...protocol.matchAll(/^- \*\*([A-Z]+-\d+)\*\*/gm)].flatMap(([, id]) => id ?? [])
  expect(rules.length).toBeGreaterThan(30)
  const names = [...testText().matchAll(/['"`]([A-Z]+-\d+[^'"`\n]*)/g)].map(([, name]) => name)
  const named = new Set(names.flatMap((name) => name?.match(/[A-Z]+-\d+/g) ?? []))
  expect(rules.filter((rule) => !named.has(rule))).toEqual([])
})
