import { describe, expect, it } from 'vitest'

import { readSettings } from '../../src/settings.ts'
import { HostCallers } from '../support/host-callers.ts'
import { TestHost } from '../support/test-host.ts'

const second = 1_000
const begin = 1_800_000_000_000

const alice = { owner: 'alice' }
const bob = { owner: 'bob' }

describe('owners who share a host', () => {
  it.each([2, 4])(
    '%i of them get equal parts of its starts, however many callers each has',
    (n) => {
      const crowd = Array.from({ length: n }, (_, owner) =>
        Array.from({ length: owner === 0 ? 400 : 40 }, (__, i) => ({
          owner: `owner-${owner}`,
          // The first owner's callers have waited for a while.
          comes: begin + (owner === 0 ? 0 : 20_000) + i,
          takes: 300,
          lates: [i % 7],
          patience: Infinity,
        })),
      )
      const host = new HostCallers(crowd.flat(), readSettings('{}'))
      host.run(100_000)
      expect(host.starts).toHaveLength(400 + (n - 1) * 40)
      const fair = begin + 20_000 + 40 * n * second
      for (let owner = 1; owner < n; owner += 1) {
        const last = host.startsOf[`owner-${owner}`]?.at(-1) ?? Infinity
        expect(last).toBeLessThan(begin + 20_000 + 1.3 * (fair - begin - 20_000))
      }
      const gaps = host.starts.slice(1).map((start, i) => start - (host.starts[i] ?? 0))
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(second)
      expect(host.starts.at(-1)).toBeLessThan(begin + 1.15 * host.starts.length * second)
    },
  )

  it('get no time behind the callers of another owner', () => {
    const host = new TestHost()
    for (let i = 0; i < 50; i += 1) host.enter('/', alice)
    expect(host.enter('/', bob)).toMatchObject({ kind: 'wait', until: host.now + second })
  })

  it('have equal parts of the places while both wait', () => {
    const host = new TestHost()
    const [first] = [host.ticket(alice)]
    host.pass(second)
    host.ticket(alice)
    host.pass(second)
    expect(host.enter('/', bob)).toMatchObject({ reason: { code: 'host_busy' } })
    host.leave({ ticket: first })
    expect(host.enter('/', alice)).toMatchObject({ reason: { code: 'host_busy' } })
    expect(host.enter('/', bob)).toMatchObject({ kind: 'go' })
  })

  it('are not closed out by the failures of another', () => {
    const host = new TestHost({ host_failures_open: 2, host_backoff_ms: 5_000 })
    for (const status of [500, null]) {
      host.pass(10 * second)
      host.leave({ ticket: host.ticket(alice), status })
    }
    host.pass(second)
    expect(host.enter('/', alice)).toMatchObject({ reason: { code: 'host_circuit' } })
    const ticket = host.ticket(bob)
    host.leave({ ticket, status: 200 })
    host.pass(second)
    expect(host.enter('/', alice)).toMatchObject({ reason: { code: 'host_circuit' } })
  })

  it.each([
    [429, null, 'host_backoff'],
    [429, 60_000, 'retry_after'],
    [503, 60_000, 'retry_after'],
  ])('all hear of a %i with the pause %j', (status, pause, code) => {
    const host = new TestHost()
    const retry_at = pause === null ? null : host.now + pause
    host.leave({ ticket: host.ticket(alice), status, retry_at })
    host.pass(second)
    expect(host.enter('/', bob)).toMatchObject({ kind: 'wait', reason: { code } })
  })

  it('are forgotten hours after their last caller', () => {
    const host = new TestHost()
    host.leave({ ticket: host.ticket(alice), status: 500 })
    host.pass(3 * 3_600_000)
    host.ticket(bob)
    expect(Object.keys(host.state.lines)).toEqual(['bob'])
  })
})

describe('a request', () => {
  it('has the pace that its caller names', () => {
    const host = new TestHost()
    const api = { pace: { interval_ms: 200, at_once: 3 } }
    host.ticket(api)
    expect(host.enter('/', api)).toMatchObject({
      until: host.now + 200,
      reason: { message: 'careers.example.com is asked at most 5 times a second.' },
    })
    expect(host.enter('/')).toMatchObject({ reason: { code: 'host_pace' } })
    host.pass(200)
    host.ticket(api)
    host.pass(200)
    host.ticket(api)
    host.pass(200)
    expect(host.enter('/', api)).toMatchObject({ reason: { code: 'host_busy' } })
  })

  it('that was never sent leaves its slot to the next one', () => {
    const host = new TestHost()
    host.ticket()
    host.pass(second)
    host.leave({ ticket: host.ticket(), unused: true })
    expect(host.enter()).toMatchObject({ kind: 'go' })
    expect(host.enter()).toMatchObject({ kind: 'wait', until: host.now + second })
  })
})

const share = (fresh: string, held?: string) => ({
  pace: { interval_ms: 200, at_once: 2 },
  share: { key: 'listing', fresh, ...(held === undefined ? {} : { held }) },
})

describe('readers of one address', () => {
  it('wait for the one who fetches it, and then use the answer for a minute', () => {
    const host = new TestHost()
    const first = host.ticket({ ...alice, ...share('a') })
    host.pass(200)
    expect(host.enter('/', { ...bob, ...share('b') })).toMatchObject({
      kind: 'wait',
      until: host.now + 500,
      reason: { code: 'host_shared' },
    })
    host.leave({ ticket: first, status: 200 })
    host.pass(500)
    expect(host.enter('/', { ...bob, ...share('b', 'a') })).toEqual({ kind: 'kept' })
    host.pass(59_500)
    expect(host.enter('/', { ...bob, ...share('b', 'a') })).toMatchObject({ kind: 'go' })
  })

  it('wait while the one who has fetched it may be storing it', () => {
    const host = new TestHost()
    host.leave({ ticket: host.ticket({ ...alice, ...share('a') }), status: 200 })
    host.pass(200)
    expect(host.enter('/', { ...bob, ...share('b') })).toMatchObject({
      until: host.now + 500,
      reason: { code: 'host_shared' },
    })
    host.pass(500)
    expect(host.enter('/', { ...bob, ...share('b', 'a') })).toEqual({ kind: 'kept' })
  })

  it.each([
    ['has an older answer', 200, 'old'],
    ['has no answer', 200, undefined],
    ['has the answer of a fetch that failed', 500, 'a'],
  ])('fetch it if one %s', (_, status, held) => {
    const host = new TestHost({ host_backoff_ms: 1 })
    host.leave({ ticket: host.ticket({ ...alice, ...share('a') }), status })
    host.pass(second)
    expect(host.enter('/', { ...bob, ...share('b', held) })).toMatchObject({ kind: 'go' })
  })

  it('use an answer that a 304 has confirmed', () => {
    const host = new TestHost()
    host.leave({ ticket: host.ticket({ ...alice, ...share('new', 'old') }), status: 304 })
    host.pass(second)
    expect(host.enter('/', { ...bob, ...share('b', 'old') })).toEqual({ kind: 'kept' })
  })
})
