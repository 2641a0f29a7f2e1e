import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'

import { checkAddress, readAllowed } from '../../src/egress/address.ts'
import { PUBLIC, REFUSED, UNREADABLE } from '../support/addresses.ts'

const NOTHING: ReadonlySet<string> = new Set()

function hrefOf(address: string, allowed = NOTHING, base?: URL): string {
  const checked = checkAddress(address, allowed, base)
  return checked.kind === 'ok' ? checked.url.href : checked.message
}

describe.each(Object.entries(REFUSED))('refused, and the message says "%s":', (rule, addresses) => {
  it.each(addresses)('%j', (address) => {
    const checked = checkAddress(address, NOTHING)
    expect(checked).toEqual({ kind: 'refused', message: expect.stringContaining(rule) })
    expect(checked).toHaveProperty('message', expect.stringMatching(/^[\x20-\x7E’]+[.:\w]$/))
  })
})

it.each(UNREADABLE)('%j is no URL, and so refused', (address) => {
  expect(hrefOf(address)).toBe('The address is not a URL.')
})

it.each(PUBLIC)('%s may be fetched', (address) => {
  expect(checkAddress(address, NOTHING)).toMatchObject({ kind: 'ok' })
})

it('an address of more than 4,096 characters is refused, even if it is allowed', () => {
  const origin = 'https://jobs.example.com'
  const path = `/${'a'.repeat(4_096 - origin.length - 1)}`
  expect(hrefOf(origin + path)).toBe(origin + path)
  for (const allowed of [NOTHING, new Set([origin])])
    expect(hrefOf(`${origin}${path}b`, allowed)).toMatch(/more than 4096 characters/)
  expect(hrefOf(`${path}b`, NOTHING, new URL(origin))).toMatch(/more than 4096 characters/)
})

/** All spellings of an IPv4 address that address parsers since 4.2BSD understand. */
function spellings(number: number): string[] {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256)
  const [a = 0, b = 0, c = 0, d = 0] = octets
  const parts = [octets, [a, b, c * 256 + d], [a, number % 2 ** 24], [number]]
  const styles = [
    (part: number) => String(part),
    (part: number) => `0x${part.toString(16)}`,
    (part: number) => `0X0${part.toString(16).toUpperCase()}`,
    (part: number) => `0${part.toString(8)}`,
    (part: number) =>
      String(part).replaceAll(/\d/g, (digit) => '０１２３４５６７８９'[Number(digit)] ?? ''),
    (part: number) => encodeAll(String(part)),
  ]
  const hosts = parts.flatMap((some) => styles.map((style) => some.map(style).join('.')))
  const [high, low] = [Math.floor(number / 65_536), number % 65_536].map((n) => n.toString(16))
  const embedded = ['::ffff:', '::', '64:ff9b::', '::ffff:0:'].map(
    (kind) => `[${kind}${high}:${low}]`,
  )
  return [...hosts, ...hosts.map((host) => `${host}.`), ...embedded, `[2002:${high}:${low}::1]`]
}

function encodeAll(text: string): string {
  return text.replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}

const inRange = (first: number, bits: number) =>
  fc.integer({ min: first, max: first + 2 ** (32 - bits) - 1 })

const privateNumber = fc.oneof(
  inRange(0x0a_00_00_00, 8),
  inRange(0xac_10_00_00, 12),
  inRange(0xc0_a8_00_00, 16),
  inRange(0x7f_00_00_00, 8),
  inRange(0xa9_fe_00_00, 16),
  inRange(0x64_40_00_00, 10),
)

test('every private, loopback, link-local or carrier address is refused in every spelling', () => {
  fc.assert(
    fc.property(privateNumber, (number) => {
      const passed = spellings(number).filter(
        (host) => checkAddress(`http://${host}/`, NOTHING).kind === 'ok',
      )
      expect(passed).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('a public address passes in its own spellings, and in no embedded one', () => {
  fc.assert(
    fc.property(inRange(0x08_08_00_00, 16), (number) => {
      for (const host of spellings(number)) {
        const { kind } = checkAddress(`http://${host}/`, NOTHING)
        expect([host, kind]).toEqual([host, host.startsWith('[') ? 'refused' : 'ok'])
      }
    }),
  )
})

describe('an allowed origin', () => {
  const allowed = readAllowed([
    'http://127.0.0.1:8788',
    'https://jobs.local/',
    'http://localhost:1',
  ])

  it.each([
    ['http://127.0.0.1:8788/v1', 'http://127.0.0.1:8788/v1'],
    ['http://2130706433:8788/', 'http://127.0.0.1:8788/'],
    ['https://JOBS.local:443/a', 'https://jobs.local/a'],
    ['http://localhost.:1/', 'http://localhost:1/'],
  ])('%s is reached at its port', (address, href) => {
    expect(hrefOf(address, allowed)).toBe(href)
  })

  it.each([
    'http://127.0.0.1:8789/',
    'https://127.0.0.1:8788/',
    'http://jobs.local/',
    'http://127.0.0.1/',
    'http://user@127.0.0.1:8788/',
    'http://127.0.0.2:8788/',
  ])('%s has another origin, or a user', (address) => {
    expect(checkAddress(address, allowed)).toMatchObject({ kind: 'refused' })
  })

  it.each([
    '*',
    'example.com',
    'file:///',
    'https://example.com/path',
    'https://example.com/?q',
    'https://user:secret@example.com',
    'https://example.com/#a',
    '',
  ])('accepts its own spelling, and "%s" is refused', (entry) => {
    expect(() => readAllowed([entry])).toThrow(/is not an origin/)
  })
})

test('a redirect is resolved against its page, and passes the same rules', () => {
  const base = new URL('https://example.com/a/b')
  expect(hrefOf('../c', NOTHING, base)).toBe('https://example.com/c')
  expect(hrefOf('//10.0.0.1/', NOTHING, base)).toContain('a private address')
  expect(hrefOf(String.raw`\\localhost`, NOTHING, base)).toContain('no dot')
  expect(hrefOf('https:b', NOTHING, base)).toBe('https://example.com/a/b')
})

test('one host has one origin, and a fragment is never sent', () => {
  expect(hrefOf('https://Example.com./a?b#c')).toBe('https://example.com/a?b')
})
