import type { ServerResponse } from 'node:http'

import { afterEach, describe, expect, test } from 'vitest'

import type { HostAnswer } from '../../src/durable/host/host-rpc.ts'
import { FetchFailure, ForbiddenByRobots, MustWait } from '../../src/pipelines/fetch.ts'
import { closeServers, NOW, polite, serve, to } from '../support/polite-world.ts'

const page = { kind: 'page' } as const
const api = { kind: 'api' } as const
const reason = { code: 'host_pace', message: 'acme wants a pause.' }

afterEach(closeServers)

describe('the checks before a request', () => {
  test('to a page of a foreign host: robots.txt and the pace', async () => {
    const { hosts, text } = polite({ 'acme.com': await serve() })
    expect(await text('http://acme.com/jobs?a', page)).toBe('there')
    expect(hosts.told).toEqual(['acme.com enter /jobs robots+paced', 'acme.com leave 1 200'])
  })

  test('to a documented API: only the pace', async () => {
    const { hosts, text } = polite({ 'acme.com': await serve() })
    expect(await text('http://acme.com/v1', api)).toBe('there')
    expect(hosts.told).toEqual(['acme.com enter /v1 paced', 'acme.com leave 1 200'])
  })

  test('to a page of an allowed origin: only robots.txt', async () => {
    const { hosts, text } = polite({ 'acme.com': await serve() }, { allow: ['http://acme.com'] })
    expect(await text('http://acme.com/jobs', page)).toBe('there')
    expect(hosts.told).toEqual(['acme.com enter /jobs robots', 'acme.com leave 1 200'])
  })

  test('to an API of an allowed origin: none', async () => {
    const { hosts, text } = polite({ 'acme.com': await serve() }, { allow: ['http://acme.com'] })
    expect(await text('http://acme.com/v1', api)).toBe('there')
    expect(hosts.told).toEqual([])
  })

  test('to a forbidden address: none', async () => {
    const { hosts, fetching } = polite({})
    await expect(fetching('http://10.0.0.1/', page)).rejects.toThrow(/private address/)
    expect(hosts.told).toEqual([])
  })
})

async function scripted(...answers: HostAnswer[]) {
  const acme = await serve()
  const world = polite({ 'acme.com': acme })
  world.hosts.script.set('acme.com', answers)
  return { acme, ...world }
}

describe('a host that answers', () => {
  test('wait, gets no request: the caller comes back then', async () => {
    const { acme, hosts, fetching } = await scripted({ kind: 'wait', until: NOW + 700, reason })
    const error = await fetching('http://acme.com/', page).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MustWait)
    expect(error).toMatchObject({ until: NOW + 700, reason })
    expect([acme.asked, hosts.left]).toEqual([[], []])
  })

  test('down, is not waited for: the fetch has failed', async () => {
    const { acme, fetching } = await scripted({ kind: 'down', reason })
    const error = await fetching('http://acme.com/', page).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FetchFailure)
    expect(error).toMatchObject({
      failure: { code: 'host_down', message: reason.message, retryable: false },
    })
    expect(acme.asked).toEqual([])
  })

  test('forbidden, gets no request', async () => {
    const { acme, hosts, fetching } = await scripted({ kind: 'forbidden', reason })
    const error = await fetching('http://acme.com/', page).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ForbiddenByRobots)
    expect(error).toMatchObject({ reason })
    expect([acme.asked, hosts.left]).toEqual([[], []])
  })

  test('read my robots.txt, gets its text and is entered again', async () => {
    const { acme, hosts, text } = await scripted({ kind: 'read_robots', ticket: 7 })
    expect(await text('http://acme.com/jobs', page)).toBe('there')
    expect(acme.asked).toEqual(['/robots.txt', '/jobs'])
    expect(hosts.learned).toEqual([{ ticket: 7, status: 200, text: 'there' }])
    expect(hosts.told).toEqual([
      'acme.com enter /jobs robots+paced',
      'acme.com learn 7 200',
      'acme.com enter /jobs robots+paced',
      'acme.com leave 1 200',
    ])
  })

  test('read it again and again, is left alone for a second, without another reader', async () => {
    const tickets = [7, 8, 9, 10]
    const { hosts, fetching } = await scripted(
      ...tickets.map((ticket) => ({ kind: 'read_robots', ticket }) as const),
    )
    const error = await fetching('http://acme.com/', page).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MustWait)
    expect(error).toMatchObject({ until: NOW + 1_000, reason: { code: 'robots_unread' } })
    expect(hosts.learned.map(({ ticket }) => ticket)).toEqual([7, 8, 9])
    expect(hosts.script.get('acme.com')).toHaveLength(1)
  })
})

describe('a host is left', () => {
  test.each([429, 503])('with the %i that it answered, and when to come back', async (status) => {
    const refuse = (response: ServerResponse) =>
      response.writeHead(status, { 'retry-after': '120' }).end('slowly')
    const { hosts, fetching } = polite({ 'acme.com': await serve({ '/': refuse }) })
    expect(await fetching('http://acme.com/', page)).toMatchObject({ status })
    expect(hosts.left).toEqual([{ ticket: 1, status, retry_at: NOW + 120_000 }])
  })

  test('JOB-1: by its own clock, if ours is five minutes off', async () => {
    const acme = await serve({ '/v1': busy })
    const { hosts, text, fetching } = polite({ 'acme.com': acme })
    const at = NOW + 300_000
    hosts.script.set('acme.com', [
      { kind: 'go', ticket: 1, at },
      { kind: 'wait', until: at + 700, reason, at },
    ])
    await text('http://acme.com/v1', api)
    expect(hosts.left).toEqual([{ ticket: 1, status: 429, retry_at: at + 60_000 }])
    const told = { until: at + 700, wait_ms: 700, reason }
    await expect(fetching('http://acme.com/v1', api)).rejects.toMatchObject(told)
  })

  test('without a status if no answer came', async () => {
    const { hosts, fetching } = polite({
      'acme.com': await serve({ '/': (response) => response.destroy() }),
    })
    await expect(fetching('http://acme.com/', page)).rejects.toThrow(FetchFailure)
    expect(hosts.left).toEqual([{ ticket: 1, status: null, retry_at: null }])
  })

  test("and the answer is not lost if the host's object cannot be reached", async () => {
    const logged: string[] = []
    const { hosts, text } = polite({ 'acme.com': await serve() }, { logged })
    hosts.fails = true
    expect(await text('http://acme.com/', page)).toBe('there')
    expect(logged).toEqual(['a host object was not told that a request is over'])
  })
})

const busy = (response: ServerResponse) => response.writeHead(429, { 'retry-after': '60' }).end()

describe('a redirect', () => {
  test('to another origin leaves this host and enters that one', async () => {
    const servers = {
      'acme.com': await serve({ '/a': to('http://other.com/b') }),
      'other.com': await serve(),
    }
    const { hosts, text } = polite(servers)
    expect(await text('http://acme.com/a', page)).toBe('there')
    expect(hosts.told).toEqual([
      'acme.com enter /a robots+paced',
      'acme.com leave 1 302',
      'other.com enter /b robots+paced',
      'other.com leave 2 200',
    ])
  })

  test('to an origin that wants a pause ends in the pause, and the first host is left', async () => {
    const other = await serve()
    const { hosts, fetching } = polite({
      'acme.com': await serve({ '/a': to('http://other.com/b') }),
      'other.com': other,
    })
    hosts.script.set('other.com', [{ kind: 'wait', until: NOW + 5, reason }])
    await expect(fetching('http://acme.com/a', page)).rejects.toThrow(MustWait)
    expect(hosts.left).toEqual([{ ticket: 1, status: 302, retry_at: null }])
    expect(other.asked).toEqual([])
  })

  test('from an allowed origin to a foreign host is paced there', async () => {
    const servers = {
      'acme.com': await serve({ '/a': to('http://other.com/b') }),
      'other.com': await serve(),
    }
    const { hosts, text } = polite(servers, { allow: ['http://acme.com'] })
    expect(await text('http://acme.com/a', api)).toBe('there')
    expect(hosts.told).toEqual(['other.com enter /b paced', 'other.com leave 1 200'])
  })

  test('within an origin is not paced again, checks robots.txt, and leaves with the last status', async () => {
    const { hosts, fetching } = polite({ 'acme.com': await serve({ '/a': to('/b'), '/b': busy }) })
    expect(await fetching('http://acme.com/a', page)).toMatchObject({ status: 429 })
    expect(hosts.told).toEqual([
      'acme.com enter /a robots+paced',
      'acme.com enter /b robots',
      'acme.com leave 1 429',
      'acme.com leave 2 429',
    ])
    expect(hosts.left.map(({ retry_at }) => retry_at)).toEqual([NOW + 60_000, NOW + 60_000])
  })

  test('within an origin of an API makes no further check', async () => {
    const { hosts, text } = polite({ 'acme.com': await serve({ '/a': to('/b') }) })
    expect(await text('http://acme.com/a', api)).toBe('there')
    expect(hosts.told).toEqual(['acme.com enter /a paced', 'acme.com leave 1 200'])
  })

  test('within an origin to a path that robots.txt forbids is forbidden', async () => {
    const acme = await serve({ '/a': to('/b') })
    const { hosts, fetching } = polite({ 'acme.com': acme })
    hosts.script.set('acme.com', [
      { kind: 'go', ticket: 1 },
      { kind: 'forbidden', reason },
    ])
    await expect(fetching('http://acme.com/a', page)).rejects.toThrow(ForbiddenByRobots)
    expect(acme.asked).toEqual(['/a'])
    expect(hosts.left).toEqual([{ ticket: 1, status: 302, retry_at: null }])
  })

  test('back to an origin is not paced there again', async () => {
    const servers = {
      'acme.com': await serve({ '/a': to('http://other.com/b') }),
      'other.com': await serve({ '/b': to('http://acme.com/c') }),
    }
    const { hosts, text } = polite(servers)
    expect(await text('http://acme.com/a', api)).toBe('there')
    expect(hosts.told.filter((word) => word.includes('enter'))).toEqual([
      'acme.com enter /a paced',
      'other.com enter /b paced',
    ])
  })
})
