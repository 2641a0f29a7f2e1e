import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { Company } from '../../../src/protocol/company.ts'
import { settings } from '../object.ts'
import { follow, newUser } from '../test-user.ts'

const SITE = 'https://careers.example.com'
const POSTINGS = 5

const acme = Company.parse({
  slug: 'acme',
  name: 'Acme',
  source: { type: 'site', url: `${SITE}/jobs` },
})

const Asked = z.array(z.object({ path: z.string(), at: z.int(), user_agent: z.string() }))

async function asked() {
  return Asked.parse(await (await fetch(`${SITE}/told`)).json())
}

function answer(query: Record<string, string>) {
  return fetch(`${SITE}/told?${new URLSearchParams(query)}`, { method: 'POST' })
}

beforeEach(async () => {
  await fetch(`${SITE}/told`, { method: 'DELETE' })
})

describe('a host that runs share', () => {
  it('gets one request each interval from all runs together, and only on allowed paths', async () => {
    const [alice, bob] = await Promise.all([newUser(), newUser()])
    const runs = await Promise.all([alice.start(acme), bob.start(acme)])
    const views = await Promise.all([follow(alice, runs[0]), follow(bob, runs[1])])
    for (const view of views) {
      expect(view).toMatchObject({
        status: 'finished',
        snapshot: { ready: POSTINGS, skipped: 1, failed: 0 },
      })
    }
    const requests = await asked()
    const pages = requests.filter(({ path }) => path.startsWith('/jobs'))
    // The two share one fetch of the list.
    expect(pages).toHaveLength(2 * POSTINGS + 1)
    expect(requests.filter(({ path }) => path === '/robots.txt')).toHaveLength(1)
    expect(pages.some(({ path }) => path.includes('secret'))).toBe(false)
    expect(new Set(requests.map(({ user_agent }) => user_agent))).toEqual(new Set(['runcast']))
    const took = (pages.at(-1)?.at ?? 0) - (pages[0]?.at ?? 0)
    expect(took).toBeGreaterThan((pages.length - 1) * settings.host_interval_ms * 0.9)
  })

  it('JOB-3: is waited for without a lease or a budget, and the run shows the wait', async () => {
    const who = await newUser()
    const run_id = await who.start(acme)
    const waits = await vi.waitFor(
      async () => {
        const found = (await who.view(run_id)).groups['acme']?.waits
        if (found === undefined) throw new Error('it does not wait')
        return found
      },
      { timeout: 60_000, interval: 20 },
    )
    expect(waits.message).toMatch(/^careers\.example\.com/)
    expect(Date.parse(waits.until)).not.toBeNaN()
    await follow(who, run_id)
    const jobs = await who.jobs(run_id)
    expect(jobs.some(({ attempt }) => attempt > 1)).toBe(true)
    expect(jobs.every(({ error, status }) => status === 'skipped' || error === undefined)).toBe(
      true,
    )
  })

  it('gets the pause that it asks for', async () => {
    const path = '/jobs/engineer-3'
    await answer({ path, status: '503', retry_after: '2' })
    const who = await newUser()
    const view = await follow(who, await who.start(acme))
    expect(view).toMatchObject({ status: 'finished', snapshot: { ready: POSTINGS } })
    const requests = await asked()
    const covered = requests.findIndex((request) => request.path === path)
    const [refused, next] = requests.slice(covered)
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(1_800)
  })
})
