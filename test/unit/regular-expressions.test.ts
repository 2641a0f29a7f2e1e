import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseSync, Visitor } from 'oxc-parser'
import { check } from 'recheck'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

type Pattern = { readonly at: string; readonly pattern: string; readonly flags: string }

/** The literal regular expressions in a file. */
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

/** Each pattern once: the checks of all patterns take seconds. */
function distinct(patterns: readonly Pattern[]): Pattern[] {
  return [...new Map(patterns.map((found) => [`/${found.pattern}/${found.flags}`, found])).values()]
}

// The checker counts a match that takes too long as an attack. A busy core would make one of a harmless match,
// so that only its limits in characters count.
const untimed = { seedingTimeout: null, incubationTimeout: null, attackTimeout: null }

const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).toSorted()

/** Most of their inputs come from outside, so a slow expression would hold up every request. */
it('every regular expression takes at most linear time, for any input', async () => {
  const patterns = distinct(files.flatMap(patternsOf))
  expect(patterns.length).toBeGreaterThan(150)
  const slow: string[] = []
  for (const { at, pattern, flags } of patterns) {
    const { status } = await check(pattern, flags, { ...untimed, timeout: 120_000 })
    if (status !== 'safe') slow.push(`${at} /${pattern}/${flags} ${status}`)
  }
  expect(slow).toEqual([])
})

it('a slow one is found', async () => {
  expect(await check(String.raw`\s*$`, '')).toMatchObject({ status: 'vulnerable' })
})

it('no regular expression is made from text while the Worker runs, because this test could not check it', () => {
  const made = files.filter((file) => /\bRegExp\(/.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(made).toEqual([])
})
