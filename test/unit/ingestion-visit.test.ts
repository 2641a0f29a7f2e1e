import { afterEach, describe, expect, test } from 'vitest'

import { MustWait } from '../../src/pipelines/fetch.ts'
import { plan } from '../../src/pipelines/ingestion/plan.ts'
import { acme, jobs, key, planAll } from '../support/acme-plan.ts'
import { boards } from '../support/listing.ts'
import { planning, planTask } from '../support/planning.ts'

const local = boards()
afterEach(local.close)

async function listing(list: readonly object[], meta: object = {}) {
  const { origin } = await local.start(JSON.stringify({ jobs: list, meta }))
  return acme(origin)
}

describe('PLAN-4: a visit', () => {
  test('marks each id once, a thousand in a statement, before any of them is a job', async () => {
    const world = planning()
    const company = await listing(jobs(2_300))
    const seen = new Set<string>()
    for await (const batch of plan(planTask(company), world.ports)) {
      for (const id of world.marked.flatMap(({ ids }) => ids)) seen.add(id)
      expect(batch.every(({ external_id }) => seen.has(external_id))).toBe(true)
    }
    expect(world.marked.map(({ ids }) => ids.length)).toEqual([1_000, 1_000, 300])
    expect(seen.size).toBe(2_300)
    expect(world.marked[0]?.visit).toEqual(key)
    expect([...world.blobs.keys()].at(-1)).toMatch(/\/9\.json$/)
  })

  test('is complete only after the last batch was taken', async () => {
    const world = planning()
    const batches = plan(planTask(await listing(jobs(300))), world.ports)
    await batches.next()
    await batches.next()
    expect(world.ended).toEqual([])
    expect((await batches.next()).done).toBe(true)
    expect(world.ended).toEqual([{ visit: key, listing: 'complete' }])
  })

  test('of an empty listing is complete', async () => {
    const world = planning()
    expect(await planAll(world, await listing([]))).toEqual([])
    expect(world.calls).toEqual(['end complete'])
    expect(world.lines).toEqual(['info: The job list holds 0 postings.'])
  })

  test('of a listing with another total is not complete, and says why', async () => {
    const world = planning()
    expect((await planAll(world, await listing(jobs(1), { total: 7 }))).flat()).toHaveLength(1)
    expect(world.ended).toEqual([{ visit: key, listing: 'incomplete' }])
    expect(world.lines).toEqual([
      'info: The job list holds 1 posting.',
      'warn: The board counts 7 postings, but its job list holds 1. So no posting expires.',
    ])
  })

  test('that nobody reads to its end is not complete', async () => {
    const world = planning()
    for await (const batch of plan(planTask(await listing(jobs(300))), world.ports)) {
      expect(batch).toHaveLength(250)
      break
    }
    expect(world.ended).toEqual([{ visit: key, listing: 'incomplete' }])
  })

  test('whose listing cannot be read is not complete', async () => {
    const world = planning()
    const { origin } = await local.start(() => ({ status: 404 }))
    await expect(planAll(world, acme(origin))).rejects.toMatchObject({
      failure: { code: 'board_not_found' },
    })
    expect(world.ended).toEqual([{ visit: key, listing: 'incomplete' }])
    expect(world.lines).toEqual([])
  })

  test('whose pages cannot be stored is not complete', async () => {
    const world = planning()
    const away = new Error('the bucket is away')
    const blobs = { ...world.ports.blobs, put: async () => Promise.reject(away) }
    const ports = { ...world.ports, blobs }
    const taken = planAll({ ...world, ports }, await listing(jobs(1)))
    await expect(taken).rejects.toThrow('the bucket is away')
    expect(world.ended).toEqual([{ visit: key, listing: 'incomplete' }])
  })

  test('that cannot be ended does not hide an earlier reason', async () => {
    const world = planning()
    world.state.end = async () => Promise.reject(new Error('Postgres is away'))
    const { origin } = await local.start(() => ({ status: 500 }))
    await expect(planAll(world, acme(origin))).rejects.toMatchObject({
      failure: { code: 'board_error' },
    })
    expect(world.ended).toHaveLength(1)
  })

  test('whose expiry fails, fails its plan', async () => {
    const world = planning()
    world.state.end = async () => Promise.reject(new Error('Postgres is away'))
    await expect(planAll(world, await listing(jobs(1)))).rejects.toThrow('Postgres is away')
  })

  test('waits without a failure if the host wants a pause', async () => {
    const wait = new MustWait(5_000, { code: 'host_pace', message: 'not now' })
    const world = planning(async () => Promise.reject(wait))
    await expect(planAll(world, acme('http://127.0.0.1:1'))).rejects.toBe(wait)
    expect(world.ended).toEqual([{ visit: key, listing: 'incomplete' }])
  })
})

describe('the number of expired postings is reported', () => {
  test('after a complete listing and after an incomplete one', async () => {
    for (const total of [2, 7]) {
      const world = planning()
      world.state.run_gone = 3
      await planAll(world, await listing(jobs(2), { total }))
      expect(world.told).toEqual([3])
    }
  })

  test('with a listing that cannot be read, because earlier attempts of the run may have expired some', async () => {
    const world = planning()
    world.state.run_gone = 3
    const { origin } = await local.start(() => ({ status: 404 }))
    await expect(planAll(world, acme(origin))).rejects.toMatchObject({
      failure: { code: 'board_not_found' },
    })
    expect(world.told).toEqual([3])
  })

  test('never if the company does not exist', async () => {
    const world = planning()
    await expect(planAll(world, 'nobody')).rejects.toMatchObject({
      failure: { code: 'company_unknown' },
    })
    expect(world.told).toEqual([])
  })
})

test('NOTE-6: a held expiry is told, with how many postings are gone', async () => {
  const world = planning()
  world.state.end = async () => ({ kind: 'held', gone: 9, open: 10 })
  await planAll(world, await listing(jobs(2)))
  expect(world.notices).toEqual([{ kind: 'expiry.held', gone: 9, open: 10 }])
})

describe('the log reports the effects of a complete listing', () => {
  test.each([
    [{ kind: 'applied', gone: 0, open: 30 } as const, []],
    [
      { kind: 'applied', gone: 1, open: 30 } as const,
      ['info: 1 posting expired: the job list no longer holds it.'],
    ],
    [
      { kind: 'applied', gone: 3, open: 30 } as const,
      ['info: 3 postings expired: the job list no longer holds them.'],
    ],
    [
      { kind: 'held', gone: 12, open: 30 } as const,
      [
        'warn: The job list no longer holds 12 of 30 open postings. These are so many that they stay open until someone decides.',
      ],
    ],
    [
      { kind: 'superseded' } as const,
      ['info: The job list is being read again, so this reading expires no posting.'],
    ],
    [undefined, []],
  ])('%j', async (expiry, lines) => {
    const world = planning()
    world.state.end = async () => expiry
    await planAll(world, await listing(jobs(2)))
    expect(world.lines).toEqual(['info: The job list holds 2 postings.', ...lines])
  })
})
