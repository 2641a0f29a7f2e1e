import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'

import { HostObject } from '../../src/index.ts'
import { Company } from '../../src/protocol/company.ts'
import { takeMost } from './connections.ts'
import { follow, someone } from './someone.ts'

const POSTINGS = 600

const companies = env.EGRESS_ALLOW.split(',').map((origin) => {
  const name = new URL(origin).hostname.split('.')[0]
  return Company.parse({ slug: name, name, source: { type: 'site', url: `${origin}/jobs` } })
})

// Ten flights of six pages come in one invocation here. When all were begun at once, and the platform let
// six of them go, 531 fetches of pages that took 200 ms ran into a limit of a second.
it('600 slow pages on 20 hosts are read in invocations of six connections, and none times out', async () => {
  const left = vi.spyOn(HostObject.prototype, 'leave')
  const who = await someone()
  const view = await follow(who, await who.start(...companies))
  expect(view).toMatchObject({ status: 'finished', snapshot: { total: POSTINGS, ready: POSTINGS } })
  const statuses = left.mock.calls.map(([{ status }]) => status)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
  expect(statuses.length).toBeGreaterThanOrEqual(POSTINGS + companies.length)
  expect([4, 5, 6]).toContain(takeMost())
}, 150_000)
