import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { readSettings } from '../../src/settings.ts'

describe('the settings', () => {
  it('are the defaults without a text', () => {
    expect(readSettings('{}')).toMatchObject({
      tick_ms: 50,
      relist_ms: 2_000,
      heartbeat_ms: 15_000,
      lease_ms: 15_000,
      renew_ms: 5_000,
      failures_max: 3,
      losses_max: 12,
      losses_suspect: 2,
    })
  })

  it('take the given values over the defaults', () => {
    expect(readSettings('{"tick_ms":5,"lease_ms":400,"renew_ms":200}')).toMatchObject({
      tick_ms: 5,
      lease_ms: 400,
      renew_ms: 200,
      relist_ms: 2_000,
    })
  })

  it.each([
    ['an unknown name', '{"tick":5}', 'tick'],
    ['no time at all', '{"tick_ms":0}', 'tick_ms'],
    ['a fraction', '{"tick_ms":1.5}', 'tick_ms'],
    ['a word', '{"lease_ms":"long"}', 'lease_ms'],
    ['a renewal that would come too late', '{"lease_ms":9000}', 'renew_ms'],
    ['a renewal that would hear late of a return', '{"probe_ms":4000}', 'renew_ms'],
    ['text that is not JSON', 'tick_ms=5', 'JSON'],
    ['a list', '[]', 'object'],
  ])('refuse %s, and name it', (_, text, named) => {
    expect(() => readSettings(text)).toThrow(named)
  })
})

it('each setting says what it does', () => {
  const text = readFileSync(join(import.meta.dirname, '../../src/settings.ts'), 'utf8')
  const lines = text.split('\n')
  const defined = lines.flatMap((line, at) => {
    const name = /^ {2}([a-z_]+): (?:positive|z\.)/.exec(line)?.[1]
    return name === undefined ? [] : [{ name, said: lines[at - 1] ?? '' }]
  })
  expect(defined.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(readSettings('{}')).toSorted(),
  )
  expect(defined.filter(({ said }) => !said.endsWith('*/'))).toEqual([])
})
