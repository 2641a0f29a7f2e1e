import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseSync, Visitor } from 'oxc-parser'
import { check } from 'recheck'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

type Pattern = { readonly at: string; readonly pattern: string; readonly flags: string }

/** The regular expressions that a file holds as literals. */
function patternsOf(file: string): Pattern[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const found: Pattern[] = []
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return
      const line = text.slice(0, node.start).split('\n').length
      found.push({ at: `${file}:${line}`, ...node.regex })
    },
  }).visit(parseSync(file, text).program)
  return found
}

const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).toSorted()

/** Most of what they are held against comes from outside: a slow one would hold up every request. */
it('no regular expression takes more than linear time, whatever it is held against', async () => {
  const patterns = files.flatMap(patternsOf)
  expect(patterns.length).toBeGreaterThan(150)
  const slow: string[] = []
  for (const { at, pattern, flags } of patterns) {
    const { status } = await check(pattern, flags, { timeout: 30_000 })
    if (status !== 'safe') slow.push(`${at} /${pattern}/${flags} ${status}`)
  }
  expect(slow).toEqual([])
})

it('finds one that does', async () => {
  expect(await check(String.raw`\s*$`, '')).toMatchObject({ status: 'vulnerable' })
})

it('none is made of text while the Worker runs, where it could not be checked', () => {
  const made = files.filter((file) => /\bRegExp\(/.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(made).toEqual([])
})
