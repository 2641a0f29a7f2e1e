import { describe, expect, it } from 'vitest'

import { TestHost } from '../support/test-host.ts'

const second = 1_000
const minute = 60_000
const hour = 60 * minute
const robots = { robots: true } as const
const unpaced = { robots: true, paced: false } as const
const go = { kind: 'go' }

/** The expected form of a wait. */
function waits(until: number, code: string) {
  return { kind: 'wait', until, reason: { code } }
}

describe('robots.txt', () => {
  it('is read by one caller, while the others wait', () => {
    const host = new TestHost()
    expect(host.page()).toEqual({ kind: 'read_robots', ticket: 1 })
    expect(host.page()).toEqual({
      kind: 'wait',
      until: host.now + second,
      reason: {
        code: 'robots_reading',
        message: 'The robots.txt of careers.example.com is being read.',
      },
    })
    host.learn({ ticket: 1, text: 'User-agent: *\nDisallow: /secret' })
    host.pass(second)
    expect(host.page('/jobs/1')).toEqual({ kind: 'go', ticket: 2 })
    expect(host.page('/secret/1')).toEqual({
      kind: 'forbidden',
      reason: {
        code: 'robots_forbidden',
        message: 'The robots.txt of careers.example.com forbids this address.',
      },
    })
  })

  it('is a request itself, with a place in the pace', () => {
    const host = new TestHost({ host_at_once: 1 })
    const ticket = host.ticket(robots)
    expect(host.enter()).toMatchObject({ reason: { code: 'host_busy' } })
    host.learn({ ticket, status: 404, text: null })
    expect(host.page()).toMatchObject(waits(host.now + 2 * second, 'host_pace'))
    host.pass(second)
    expect(host.page()).toMatchObject(go)
  })

  it('is not checked for its own request, nor for a documented API', () => {
    const host = new TestHost()
    expect(host.page('/robots.txt')).toMatchObject(go)
    host.pass(second)
    expect(host.enter('/v1/jobs')).toMatchObject(go)
  })

  it('is also checked for unpaced requests', () => {
    const host = new TestHost()
    const ticket = host.ticket(unpaced)
    expect(host.enter('/', unpaced)).toMatchObject({ reason: { code: 'robots_reading' } })
    host.learn({ ticket, text: 'User-agent: *\nDisallow: /secret' })
    expect(host.enter('/secret', unpaced)).toMatchObject({ kind: 'forbidden' })
    expect(host.enter('/jobs', unpaced)).toEqual({ kind: 'go', ticket: 0 })
    expect(host.enter()).toMatchObject(go)
  })

  it('is read by another caller if its reader never comes back, and the late reader is ignored', () => {
    const host = new TestHost({ host_at_once: 1 })
    const lost = host.ticket(robots)
    host.pass(35 * second - 1)
    expect(host.page()).toMatchObject(waits(host.now + 1, 'robots_reading'))
    host.pass(1)
    const another = host.ticket(robots)
    host.learn({ ticket: lost, text: 'User-agent: *\nDisallow: /' })
    host.pass(second)
    expect(host.page()).toMatchObject({ reason: { code: 'robots_reading' } })
    host.learn({ ticket: another, text: '' })
    expect(host.page()).toMatchObject(go)
  })

  it('is taken from a late reader if nobody else reads it', () => {
    const host = new TestHost()
    const late = host.ticket(robots)
    host.pass(hour)
    host.learn({ ticket: late, text: '' })
    expect(host.page()).toMatchObject(go)
  })

  it('is not learned from a request that is left', () => {
    const host = new TestHost()
    const ticket = host.ticket(robots)
    const { state } = host
    host.leave({ ticket, status: 500 })
    expect(host.state).toBe(state)
  })

  it('lets nothing pass while it cannot be read, and is requested with growing waits', () => {
    const host = new TestHost({ host_backoff_ms: 5_000, host_backoff_max_ms: 15_000 })
    for (const wait of [5_000, 10_000, 15_000, 15_000]) {
      host.read(503)
      expect(host.page()).toEqual({
        kind: 'wait',
        until: host.now + wait,
        reason: {
          code: 'robots_unreachable',
          message:
            'The robots.txt of careers.example.com cannot be read, so nothing is fetched there for now.',
        },
      })
      host.pass(wait)
    }
    host.read(404)
    host.pass(second)
    expect(host.page()).toMatchObject(go)
    expect(host.state.trouble.failures).toBe(0)
  })

  it('is kept for a day, and then read again', () => {
    const host = new TestHost()
    host.read(200, '')
    host.pass(24 * hour - 1)
    expect(host.page()).toMatchObject(go)
    host.pass(second)
    expect(host.page()).toMatchObject({ kind: 'read_robots' })
  })

  it('stays in use in its older form while the new one cannot be read', () => {
    const host = new TestHost()
    host.read(200, 'User-agent: *\nDisallow: /secret')
    for (let day = 0; day < 3; day += 1) {
      host.pass(24 * hour)
      host.read(null)
      expect(host.page('/secret')).toMatchObject({ kind: 'forbidden' })
      host.pass(second)
      expect(host.page('/jobs')).toMatchObject(go)
    }
    host.pass(hour)
    host.read(200, '')
    host.pass(second)
    expect(host.page('/secret')).toMatchObject(go)
  })

  it('is not read while the host is in trouble', () => {
    const host = new TestHost()
    host.meet(429, host.now + hour)
    const asked = host.now - second + hour
    expect(host.page()).toMatchObject(waits(asked, 'retry_after'))
    host.now = asked
    expect(host.page()).toMatchObject({ kind: 'read_robots' })
  })

  it('forbids at once, whatever the pace is', () => {
    const host = new TestHost()
    host.read(200, 'User-agent: *\nDisallow: /')
    expect(host.page()).toMatchObject({ kind: 'forbidden' })
  })

  it.each([
    ['10', 10 * second, '10 s'],
    ['1.5', 1.5 * second, '1.5 s'],
    ['86400', minute, '60 s'],
  ])('raises the interval to its crawl-delay of %s', (delay, interval, said) => {
    const host = new TestHost()
    host.read(200, `User-agent: *\nCrawl-delay: ${delay}`)
    host.pass(interval - 1)
    expect(host.page()).toMatchObject({
      until: host.now + 1,
      reason: { message: `careers.example.com is asked at most once every ${said}.` },
    })
    host.pass(1)
    expect(host.page()).toMatchObject(go)
    expect(host.enter()).toMatchObject(waits(host.now + interval, 'host_pace'))
  })

  it.each(['0', '0.1', '-5', 'soon'])('is not asked faster for a crawl-delay of %s', (delay) => {
    const host = new TestHost()
    host.read(200, `User-agent: *\nCrawl-delay: ${delay}`)
    expect(host.page()).toMatchObject(waits(host.now + second, 'host_pace'))
  })
})
