import { describe, expect, it } from 'vitest'

import { TestHost } from '../support/test-host.ts'

const second = 1_000
const minute = 60_000
const hour = 60 * minute

/** The expected form of a wait. */
function waits(until: number, code: string) {
  return { kind: 'wait', until, reason: { code } }
}

const go = { kind: 'go' }

/** Makes a host whose circuit has just opened for a minute. */
function opened(): TestHost {
  const host = new TestHost({ host_failures_open: 3, host_backoff_ms: 1, host_open_ms: minute })
  for (let n = 0; n < 3; n += 1) host.meet(502)
  return host
}

describe('the pace', () => {
  it('lets one request start in an interval, and tells each other caller a time of its own', () => {
    const host = new TestHost()
    expect(host.enter()).toEqual({ kind: 'go', ticket: 1 })
    for (const turn of [1, 2, 3]) {
      expect(host.enter()).toEqual({
        kind: 'wait',
        until: host.now + turn * second,
        reason: {
          code: 'host_pace',
          message: 'careers.example.com is asked at most once a second.',
        },
      })
    }
    host.pass(second - 1)
    expect(host.enter()).toMatchObject({ kind: 'wait' })
    host.pass(1)
    expect(host.enter()).toEqual({ kind: 'go', ticket: 2 })
  })

  it('gives a slot that nobody takes to a later caller', () => {
    const host = new TestHost()
    for (let n = 0; n < 10; n += 1) host.enter()
    host.pass(5 * second)
    expect(host.enter()).toMatchObject(go)
    expect(host.enter()).toMatchObject({ kind: 'wait', until: host.now + second })
  })

  it('keeps callers that come at their time ahead of new ones', () => {
    const host = new TestHost({ host_at_once: 1 })
    const first = host.ticket()
    for (let n = 0; n < 20; n += 1) host.enter()
    host.pass(second)
    expect(host.enter()).toMatchObject(waits(host.now + second, 'host_busy'))
    expect(host.enter()).toMatchObject(waits(host.now + 20 * second, 'host_busy'))
    host.leave({ ticket: first })
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
  })

  it('gives a new caller a time after all that wait', () => {
    const host = new TestHost({ host_at_once: 1 })
    host.ticket()
    host.enter()
    host.pass(second)
    expect(host.enter()).toMatchObject(waits(host.now + second, 'host_busy'))
    expect(host.enter()).toMatchObject(waits(host.now + 2 * second, 'host_busy'))
  })

  it('does not accept a caller whose slot was used already', () => {
    const host = new TestHost()
    for (let n = 0; n <= 10; n += 1) host.enter()
    host.pass(second)
    host.ticket()
    host.pass(second / 2)
    expect(host.enter()).toMatchObject({ until: host.now + 9.5 * second })
  })

  it('accepts a caller that comes a little early by its own clock', () => {
    const host = new TestHost()
    for (let n = 0; n < 50; n += 1) host.enter()
    host.pass(second - 50)
    expect(host.enter()).toMatchObject(waits(host.now + 50, 'host_pace'))
  })

  it('books at most an hour ahead', () => {
    const host = new TestHost({ host_interval_ms: minute })
    host.ticket()
    const answers = Array.from({ length: 100 }, () => host.enter())
    const untils = answers.map((answer) => (answer.kind === 'wait' ? answer.until - host.now : 0))
    expect(untils[59]).toBe(hour)
    expect(new Set(untils.slice(0, 60)).size).toBe(60)
    expect(Math.max(...untils)).toBe(hour + minute)
    expect(untils.at(-1)).toBe(hour + minute)
  })

  it('allows a number of open requests, until one is left or lost', () => {
    const host = new TestHost({ host_at_once: 2 })
    const first = host.ticket()
    host.pass(second)
    host.ticket()
    host.pass(second)
    expect(host.enter()).toMatchObject({
      kind: 'wait',
      until: host.now + second,
      reason: {
        code: 'host_busy',
        message:
          'careers.example.com gets at most 2 requests at once, and all of them are still unanswered.',
      },
    })
    host.leave({ ticket: first })
    expect(host.enter()).toMatchObject(go)
    host.pass(39 * second - 1)
    expect(host.enter()).toMatchObject({ reason: { code: 'host_busy' } })
    host.pass(1)
    expect(host.enter()).toMatchObject(go)
  })

  it('ignores a ticket that is left twice, or that never existed', () => {
    const host = new TestHost({ host_failures_open: 2, host_backoff_ms: 1 })
    const ticket = host.ticket()
    host.leave({ ticket, status: 500 })
    const { state } = host
    host.leave({ ticket, status: 500 })
    host.leave({ ticket: 99, status: 500 })
    expect(host.state).toBe(state)
  })

  it("does not concern unpaced callers, and neither does a host's trouble", () => {
    const host = new TestHost()
    host.meet(500)
    const { state } = host
    for (let n = 0; n < 5; n += 1) {
      const ticket = host.ticket({ paced: false })
      expect(ticket).toBe(0)
      host.leave({ ticket, status: 500 })
    }
    expect(host.state).toBe(state)
  })
})

describe('a host in trouble', () => {
  it.each([500, 503, 429, null])(
    'is left alone after %s, twice as long with each failure',
    (status) => {
      const host = new TestHost({ host_backoff_ms: 5_000, host_backoff_max_ms: 15_000 })
      for (const wait of [5_000, 10_000, 15_000, 15_000]) {
        host.meet(status)
        expect(host.enter()).toMatchObject(waits(host.now + wait, 'host_backoff'))
        host.pass(wait - second)
      }
    },
  )

  it.each([200, 301, 304, 403, 404, 410])('%s: is a working host', (status) => {
    const host = new TestHost()
    host.meet(500)
    host.pass(5_000)
    host.meet(status)
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
    expect(host.state.trouble).toEqual({ failures: 0, since: 0, until: 0, retry_at: 0 })
  })

  it.each([429, 503])('%s: is left alone as long as it asks, also after a success', (status) => {
    const host = new TestHost()
    const other = host.ticket()
    host.meet(status, host.now + hour)
    host.leave({ ticket: other, status: 200 })
    const until = host.now - second + hour
    expect(host.enter()).toMatchObject({
      ...waits(until, 'retry_after'),
      reason: {
        message: 'careers.example.com asked for a pause until 2026-11-22T13:00:00.000Z.',
      },
    })
    expect(host.enter()).toMatchObject(waits(until + second, 'retry_after'))
    host.now = until
    expect(host.enter()).toMatchObject(go)
  })

  it('keeps its pace', () => {
    const host = new TestHost({ host_backoff_ms: 1 })
    host.meet(500)
    expect(host.enter()).toMatchObject(waits(host.now + second, 'host_backoff'))
  })

  it('is left alone for a day at most', () => {
    const host = new TestHost()
    host.meet(429, host.now + 1_000 * hour)
    expect(host.enter()).toMatchObject(waits(host.now + 24 * hour, 'retry_after'))
  })

  it('is not left alone for less because of a shorter pause, or because of a success', () => {
    const host = new TestHost()
    host.meet(503, host.now + 1)
    expect(host.enter()).toMatchObject(waits(host.now + 5_000, 'host_backoff'))
    host.pass(5_000)
    host.meet(200, host.now + hour)
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
  })
})

describe('the circuit', () => {
  it('opens after a number of failures in a row', () => {
    const host = opened()
    expect(host.enter()).toEqual({
      ...waits(host.now + minute, 'host_circuit'),
      reason: {
        code: 'host_circuit',
        message:
          'careers.example.com failed 3 times in a row. Only one request at a time tries it again.',
      },
    })
  })

  it('stays closed if there are successes in between', () => {
    const host = new TestHost({ host_failures_open: 3, host_backoff_ms: 1 })
    for (const status of [500, 500, 200, 500, 500]) host.meet(status)
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
  })

  it('lets one request pass as a probe, whose success closes it', () => {
    const host = opened()
    host.pass(minute)
    const probe = host.ticket()
    host.pass(5 * second)
    expect(host.enter()).toMatchObject(waits(host.now + second, 'host_circuit'))
    host.leave({ ticket: probe, status: 404 })
    expect(host.enter()).toMatchObject(go)
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
  })

  it('opens again after a failed probe', () => {
    const host = opened()
    host.pass(minute)
    host.leave({ ticket: host.ticket(), status: null })
    expect(host.enter()).toMatchObject(waits(host.now + minute, 'host_circuit'))
  })

  it('allows another probe for a lost one', () => {
    const host = opened()
    host.pass(minute)
    const lost = host.ticket()
    host.pass(40 * second)
    expect(host.ticket()).toBeGreaterThan(lost)
    host.pass(second)
    expect(host.enter()).toMatchObject({ reason: { code: 'host_circuit' } })
  })
})

describe('a host that stays in trouble', () => {
  it('is waited for during an hour, and then fails at once, but is still tried now and then', () => {
    const host = opened()
    const since = host.now
    while (host.now < since + hour) {
      expect(host.enter()).toMatchObject({ kind: 'wait' })
      host.pass(minute)
      host.leave({ ticket: host.ticket(), status: null })
    }
    expect(host.enter()).toMatchObject({ kind: 'down', reason: { code: 'host_down' } })
    host.pass(minute)
    host.leave({ ticket: host.ticket(), status: 200 })
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
  })

  it('is not waited for either if its robots.txt has been unreadable for an hour', () => {
    const host = new TestHost()
    host.read(null)
    expect(host.page()).toMatchObject({ kind: 'wait' })
    while (host.page().kind !== 'down') {
      host.pass(minute)
      const answer = host.page()
      if (answer.kind === 'read_robots')
        host.learn({ ticket: answer.ticket, status: 503, text: null })
    }
    expect(host.page()).toMatchObject({ reason: { code: 'host_down' } })
    host.pass(host.settings.host_backoff_max_ms)
    host.read(404)
    host.pass(second)
    expect(host.page()).toMatchObject(go)
  })
})

describe('a caller that stops its request', () => {
  it('changes nothing about the host', () => {
    const host = new TestHost({ host_failures_open: 1 })
    host.leave({ ticket: host.ticket(), status: null, stopped: true })
    host.pass(second)
    expect(host.enter()).toMatchObject(go)
  })
})
