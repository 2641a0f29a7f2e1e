import { afterEach, expect, test } from 'vitest'

import { parseRobots } from '../../src/durable/host/host-robots.ts'
import type { HostRpc } from '../../src/durable/host/host-rpc.ts'
import { enter, type HostState, learn, leave, newHost } from '../../src/durable/host/host-state.ts'
import { createPoliteFetch } from '../../src/egress/polite-fetch.ts'
import { openGate } from '../../src/gate.ts'
import { type Fetched, ForbiddenByRobots, MustWait } from '../../src/pipelines/fetch.ts'
import { readSettings } from '../../src/settings.ts'
import { closeServers, NOW, routed, serve, to } from '../support/polite-world.ts'

const settings = readSettings('{}')
const page = { kind: 'page' } as const

afterEach(closeServers)

/** The real transitions of hosts, with a clock that moves when a fetch must wait. */
class Hosts {
  now = NOW
  private readonly states = new Map<string, HostState>()

  at(origin: string): HostRpc {
    const step = <T>(change: (state: HostState) => { state: HostState; answer: T }): T => {
      const { state, answer } = change(this.states.get(origin) ?? newHost)
      this.states.set(origin, state)
      return answer
    }
    const at = (): { now: number; settings: typeof settings } => ({ now: this.now, settings })
    const rules = ({ file }: HostState) => (file === null ? null : parseRobots(origin, file))
    return {
      enter: async (request) =>
        step((state) => enter(state, request, { ...at(), rules: rules(state) })),
      learn: async (answer) =>
        step((state) => ({ state: learn(state, answer, at()), answer: undefined })),
      leave: async (left) =>
        step((state) => ({ state: leave(state, left, at()), answer: undefined })),
    }
  }
}

/** Fetches like a job: comes back when the host allows it. */
async function patiently(url: string, servers: Parameters<typeof routed>[0]): Promise<Fetched> {
  const hosts = new Hosts()
  const fetching = createPoliteFetch({
    allow: [],
    first_byte_ms: 5_000,
    total_ms: 5_000,
    max_bytes: 1024,
    host: (origin) => hosts.at(origin),
    log: () => undefined,
    gate: openGate,
    now: () => hosts.now,
    fetch: routed(servers),
  })
  for (let tries = 0; tries < 5; tries++) {
    try {
      return await fetching(url, page)
    } catch (error) {
      if (!(error instanceof MustWait)) throw error
      hosts.now = error.until
    }
  }
  throw new Error('it never arrived')
}

test('a page that redirects on its own host arrives, at the host’s pace', async () => {
  const acme = await serve({ '/a': to('/b'), '/b': to('/c') })
  const { url } = await patiently('http://acme.com/a', { 'acme.com': acme })
  expect(url).toBe('http://acme.com/c')
  expect(acme.asked).toEqual(['/robots.txt', '/a', '/b', '/c'])
})

test('a page that redirects to another host, and back, arrives', async () => {
  const acme = await serve({ '/a': to('http://other.com/b') })
  const other = await serve({ '/b': to('http://acme.com/c') })
  const { url } = await patiently('http://acme.com/a', {
    'acme.com': acme,
    'other.com': other,
  })
  expect(url).toBe('http://acme.com/c')
})

test('a page that robots.txt forbids is not fetched, and neither is one that redirects to it', async () => {
  const robots = 'User-agent: *\nDisallow: /private'
  const acme = await serve({
    '/robots.txt': (response) => response.end(robots),
    '/a': to('/private'),
  })
  for (const path of ['/private', '/a']) {
    const fetching = patiently(`http://acme.com${path}`, { 'acme.com': acme })
    await expect(fetching).rejects.toThrow(ForbiddenByRobots)
  }
  expect(acme.asked).not.toContain('/private')
})
