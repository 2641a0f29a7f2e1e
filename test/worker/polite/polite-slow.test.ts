import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'

import { HostObject } from '../../../src/index.ts'
import { Company } from '../../../src/protocol/company.ts'
import { takeMost } from '../connections.ts'
import { follow, newUser } from '../test-user.ts'

const POSTINGS = 600

const companies = env.EGRESS_ALLOW.split(',').map((origin) => {
  const name = new URL(origin).hostname.split('.')[0]
  return Company.parse({ slug: name, name, source: { type: 'site', url: `${origin}/jobs` } })
})

// One invocation has up to ten flights of six pages here. In three runs without the gate, 403 to 486
// fetches timed out.
it('a run over 600 slow pages on 20 hosts has no time-out with six connections per invocation', async () => {
  const left = vi.spyOn(HostObject.prototype, 'leave')
  const who = await newUser()
  const view = await follow(who, await who.start(...companies))
  expect(view).toMatchObject({ status: 'finished', snapshot: { total: POSTINGS, ready: POSTINGS } })
  const statuses = left.mock.calls.map(([{ status }]) => status)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
  expect(statuses.length).toBeGreaterThanOrEqual(POSTINGS + companies.length)
  expect([4, 5, 6]).toContain(takeMost())
}, 150_000)
