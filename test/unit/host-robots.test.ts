import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isRobotsFile, parseRobots, readRobots } from '../../src/durable/host/host-robots.ts'

const origin = 'https://careers.example.com'

function rulesOf(text: string) {
  const file = readRobots({ ticket: 1, status: 200, text }, 5)
  if (file === undefined) throw new Error('nothing was read')
  return parseRobots(origin, file)
}

function allowed(text: string, path: string): boolean {
  return rulesOf(text).allows(origin + path)
}

describe('an answer to robots.txt', () => {
  it.each([200, 203, 299])('RFC 9309 2.3.1.1: %s: its rules count', (status) => {
    const text = 'User-agent: *\nDisallow: /a'
    expect(readRobots({ ticket: 1, status, text }, 5)).toMatchObject({
      text: expect.stringContaining('disallow: /a'),
      fetched_at: 5,
    })
  })

  it.each([304, 400, 401, 403, 404, 410, 451])(
    'RFC 9309 2.3.1.3: with %s allows everything',
    (status) => {
      const file = readRobots({ ticket: 1, status, text: null }, 5)
      expect(file).toEqual({ text: null, fetched_at: 5 })
      expect(file && parseRobots(origin, file).allows(`${origin}/a`)).toBe(true)
    },
  )

  it.each([500, 503, 599, 429, null])(
    'RFC 9309 2.3.1.4: with %s leaves the rules unknown for now',
    (status) => {
      expect(readRobots({ ticket: 1, status, text: null }, 5)).toBeUndefined()
    },
  )
})

describe('the rules', () => {
  it.each([
    ['an empty file', '', '/a', true],
    ['an empty rule', 'User-agent: *\nDisallow:', '/a', true],
    ['a page of HTML', '<html>\n<body>Disallow: nothing</body>', '/a', true],
    ['a rule for all', 'User-agent: *\nDisallow: /a', '/ab', false],
    ['a rule for others', 'User-agent: googlebot\nDisallow: /', '/a', true],
    ['a rule for us', 'User-agent: Runcast\nDisallow: /a', '/a', false],
    ['our name with a version', 'user-agent: RunCast/2.0 (x)\ndisallow: /a', '/a', false],
    ['a name that only begins like ours', 'User-agent: runcast-news\nDisallow: /', '/a', true],
    [
      'our group over the one for all',
      'User-agent: *\nDisallow: /\n\nUser-agent: runcast\nAllow: /',
      '/a',
      true,
    ],
    ['our empty group', 'User-agent: *\nDisallow: /\n\nUser-agent: runcast\nDisallow:', '/a', true],
    [
      'groups of ours in two places',
      'User-agent: runcast\nDisallow: /a\n\nUser-agent: x\nDisallow: /c\n\nUser-agent: runcast\nDisallow: /b',
      '/b',
      false,
    ],
    [
      'a group of many names',
      'User-agent: x\nUser-agent: runcast\nUser-agent: y\nDisallow: /a',
      '/a',
      false,
    ],
    [
      'a group of others after ours',
      'User-agent: runcast\nDisallow: /b\nUser-agent: y\nDisallow: /a',
      '/a',
      true,
    ],
    [
      'other lines between the names',
      'User-agent: runcast\nSitemap: https://x/y\nUser-agent: y\nDisallow: /a',
      '/a',
      false,
    ],
    ['the longest match', 'User-agent: *\nDisallow: /a\nAllow: /a/b', '/a/b/c', true],
    ['allow at equal length', 'User-agent: *\nDisallow: /a\nAllow: /a', '/a', true],
    ['a wildcard', 'User-agent: *\nDisallow: /*.pdf', '/x/y.pdf?z', false],
    ['an end', 'User-agent: *\nDisallow: /*.pdf$', '/x/y.pdf?z', true],
    ['a query', 'User-agent: *\nDisallow: /*?print=', '/a?print=1', false],
    ['a comment', '# one\nUser-agent: * # all\nDisallow: /a # not this', '/a', false],
    ['a byte order mark', '\uFEFFUser-agent: *\nDisallow: /a', '/a', false],
    ['CR alone', 'User-agent: *\rDisallow: /a', '/a', false],
    ['CR LF', 'User-agent: *\r\nDisallow: /a\r\n', '/a', false],
    ['a path in another alphabet', 'User-agent: *\nDisallow: /größe', '/gr%C3%B6%C3%9Fe', false],
    ['a rule before any name', 'Disallow: /\nUser-agent: x\nDisallow: /', '/a', true],
    ['a NUL', 'User-agent: *\nDisallow: /\0\nDisallow: /b', '/a', true],
  ])('%s', (...[, text, path, expected]) => {
    expect(allowed(text, path)).toBe(expected)
  })

  it.each([
    'http://careers.example.com/a',
    'https://careers.example.com:8443/a',
    'https://example.com/a',
    'not a URL',
  ])('of one host allow nothing on another: %s', (url) => {
    expect(rulesOf('').allows(url)).toBe(false)
    expect(parseRobots(origin, { text: null, fetched_at: 5 }).allows(url)).toBe(false)
  })

  it.each([
    ['User-agent: *\nCrawl-delay: 7', 7_000],
    ['User-agent: *\nCrawl-delay: 0.25', 250],
    ['User-agent: x\nCrawl-delay: 7', 0],
    ['User-agent: *\nCrawl-delay: 7\nUser-agent: runcast\nCrawl-delay: 2', 2_000],
    ['User-agent: *\nCrawl-delay: 3600', 60_000],
    ['User-agent: *\nCrawl-delay: Infinity', 60_000],
    ['User-agent: *\nCrawl-delay: -1', 0],
    ['User-agent: *\nCrawl-delay: a while', 0],
    ['User-agent: *\nCrawl-delay:', 0],
  ])('have this delay: %j', (text, delay_ms) => {
    expect(rulesOf(text).delay_ms).toBe(delay_ms)
  })

  it('keep only the parts of a file that concern us', () => {
    const text = 'User-agent: x\nDisallow: /x\n\nUser-agent: *\nDisallow: /a\nSitemap: https://x/y'
    const file = readRobots({ ticket: 1, status: 200, text }, 5)
    expect(file?.text).toBe('user-agent: *\ndisallow: /a')
  })

  it('of a file with many thousand rules are as many as its rules for us', () => {
    const names = 'User-agent: *\nUser-agent: x\n'.repeat(9_000)
    const rules = Array.from({ length: 20_000 }, (_, n) => `Disallow: /${n}`).join('\n')
    expect(allowed(names + rules, '/19999')).toBe(false)
    expect(allowed(names + rules, '/a')).toBe(true)
  })

  it('that would be too slow to check forbid everything', () => {
    const rules = `${'Disallow: *a*b\n'.repeat(6_000)}Allow: /`
    expect(allowed(`User-agent: *\n${rules}`, '/c')).toBe(false)
    expect(allowed(`User-agent: x\n${rules}`, '/c')).toBe(true)
    expect(allowed(`User-agent: *\n${'Disallow: /b*\n'.repeat(6_000)}`, '/c')).toBe(true)
  })

  it('fit into the room of the file and are well-formed, whatever the file has', () => {
    expect.hasAssertions()
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\0', '\u0001', '\uD800', 'ä', '*', '$', '%') }),
    )
    const name = fc.constantFrom('user-agent: *', 'Disallow: ', 'allow:', 'crawl-delay: ')
    const text = fc.array(fc.tuple(name, line).map((parts) => parts.join('')))
    fc.assert(
      fc.property(text, (lines) => {
        const file = readRobots({ ticket: 1, status: 200, text: lines.join('\n') }, 5)
        const kept = JSON.stringify(file?.text ?? '')
        expect(kept.length).toBeLessThanOrEqual(2 * lines.join('\n').length + 40)
        expect(kept.isWellFormed()).toBe(true)
        expect(() => rulesOf(lines.join('\n')).allows(`${origin}/a`)).not.toThrow()
      }),
      { seed: 20_261_122, numRuns: 500 },
    )
  })
})

it.each([
  [`${origin}/robots.txt`, true],
  [`${origin}/robots.txt?a#b`, true],
  [`${origin}/a/robots.txt`, false],
  [`${origin}/a?/robots.txt`, false],
])('tells whether %s is robots.txt itself: %s', (url, expected) => {
  expect(isRobotsFile(url)).toBe(expected)
})
