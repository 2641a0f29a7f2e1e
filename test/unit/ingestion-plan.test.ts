import { afterEach, describe, expect, test } from 'vitest'

import { startSites } from '../../scripts/sites/server.ts'
import { FetchFailure } from '../../src/pipelines/fetch.ts'
import { extract } from '../../src/pipelines/ingestion/extract.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { Payload } from '../../src/pipelines/ingestion/payload.ts'
import { plan } from '../../src/pipelines/ingestion/plan.ts'
import { digestOf, READER_VERSION } from '../../src/pipelines/ingestion/posting-digest.ts'
import type { JobSeed } from '../../src/pipelines/pipeline.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { acme, jobs, key, planAll } from '../support/acme-plan.ts'
import { boards } from '../support/listing.ts'
import { planning, planTask } from '../support/planning.ts'

const local = boards()
afterEach(local.close)

async function listing(list: readonly object[], meta: object = {}) {
  const { origin } = await local.start(JSON.stringify({ jobs: list, meta }))
  return acme(origin)
}

/** The postings in the blobs of these jobs, by id. */
async function itemsOf(world: ReturnType<typeof planning>, seeds: readonly JobSeed[]) {
  const items = new Map<string, ListedPosting>()
  for (const { external_id, payload } of seeds) {
    const read = Payload.parse(payload)
    if (read.kind !== 'listed') throw new Error('no listed job')
    const page = ListedPosting.array().parse(await world.ports.blobs.get(read.blob))
    const item = page[read.index]
    if (item?.external_id === external_id) items.set(external_id, item)
  }
  return items
}

function missing(id: string): never {
  throw new Error(`no ${id}`)
}

describe('a plan', () => {
  test('stores each page of a listing once, before it names its jobs', async () => {
    const world = planning()
    const company = await listing(jobs(600))
    let pages = 0
    const sizes: number[] = []
    for await (const batch of plan(planTask(company, 3), world.ports)) {
      expect(world.blobs.size).toBe(++pages)
      sizes.push(batch.length)
    }
    expect(sizes).toEqual([250, 250, 100])
    const prefix = `runs/${'a'.repeat(32)}/acme/3`
    expect([...world.blobs.keys()]).toEqual([0, 1, 2].map((page) => `${prefix}/${page}.json`))
    expect(world.calls).toEqual(['mark 600', 'put', 'put', 'put', 'end complete'])
  })

  test('says that a field has fallen, and which jobs keep the values of before', async () => {
    const world = planning()
    world.state.recent = [{ source: 'greenhouse', of: 20, have: { department: 20, salary: 1 } }]
    const departments = [{ name: 'Bread' }]
    const list = jobs(20).map((job, n) => (n === 0 ? { ...job, departments } : job))
    const seeds = (await planAll(world, await listing(list))).flat()
    const kept = seeds.map(({ payload }) => Object(payload)['keep'])
    expect(kept).toEqual(list.map((_, n) => (n === 0 ? undefined : ['department'])))
    expect(world.certificates).toMatchObject([
      {
        fields: { of: 20, have: { department: 1, salary: 0 } },
        fallen: [{ field: 'department', usual: 1, share: 0.05 }],
      },
    ])
    expect(world.lines).toContain(
      'warn: Fewer postings than usual have a field: department (100 % usually, 5 % now). The values of before stay.',
    )
  })

  test('says that pages have lost a field, and which jobs keep its value no longer', async () => {
    const world = planning()
    const page = { url: 'x', sha256: 'x', etag: null, last_modified: null }
    const known = (lost: Record<string, number>) => ({ ...page, has: ['salary', 'team'], lost })
    const company = await listing(jobs(8, 1))
    for (let n = 0; n < 8; n++) {
      const id = ExternalId.parse(`j-${n}`)
      world.state.known.set(
        id,
        known({ ...(n < 6 ? { salary: -n } : {}), ...(n === 0 ? { team: 0 } : {}) }),
      )
    }
    const seeds = (await planAll(world, company)).flat()
    const accepted = seeds.map(({ payload }) => Object(payload)['accept'])
    const old = ['salary']
    expect(accepted).toEqual([['team'], undefined, old, old, old, old, undefined, undefined])
    expect(world.certificates).toMatchObject([
      {
        fields: { source: 'greenhouse', of: 8, have: { salary: 2, team: 7 } },
        fallen: [{ field: 'salary', usual: 1, share: 0.25 }],
      },
    ])
  })

  test('names jobs that refer to their postings', async () => {
    const world = planning()
    const seeds = (await planAll(world, await listing(jobs(300)))).flat()
    expect(seeds[257]).toEqual({
      external_id: 'j-257',
      title: 'Job 257',
      url: 'https://acme.example/257',
      flight_jobs: 250,
      payload: { kind: 'listed', blob: `runs/${'a'.repeat(32)}/acme/1/1.json`, index: 7, visit: 1 },
    })
    for (const { external_id, payload } of seeds) {
      const read = Payload.parse(payload)
      if (read.kind !== 'listed') throw new Error('no listed job')
      const page = ListedPosting.array().parse(JSON.parse(world.blobs.get(read.blob) ?? ''))
      expect(page[read.index]?.external_id).toBe(external_id)
    }
  })

  test.each([
    [{ total: 3 }, { claimed: 3, proof: 'claim', reason: null }],
    [{}, { claimed: null, proof: 'one_answer', reason: null }],
    [
      { total: 4 },
      {
        claimed: 4,
        proof: null,
        reason: 'The board counts 4 postings, but its job list holds 3.',
      },
    ],
  ])('PLAN-3: certifies a listing of three entries with the total %j', async (meta, told) => {
    const world = planning()
    await planAll(world, await listing([...jobs(2), ...jobs(1)], meta))
    expect(world.certificates).toMatchObject([{ fetched: 3, unique: 2, answers: 1, ...told }])
  })

  test('begins a visit for its run, and the next one each time', async () => {
    const world = planning()
    await planAll(world, await listing(jobs(1)))
    const [batch] = await planAll(world, 'acme')
    expect(batch?.[0]?.payload).toMatchObject({ visit: 2 })
    expect(world.asked).toEqual([
      {
        owner: 'alice',
        run_id: 'a'.repeat(32),
        company: expect.objectContaining({ slug: 'acme' }),
      },
      { owner: 'alice', run_id: 'a'.repeat(32), company: 'acme' },
    ])
  })

  test("tells its company's name, also if its input is a slug", async () => {
    const world = planning()
    const company = { ...(await listing(jobs(1))), name: 'Acme Ltd' }
    await planAll(world, company)
    await planAll(world, 'acme')
    expect(world.titles).toEqual(['Acme Ltd', 'Acme Ltd'])
  })

  test('PLAN-3: of an unknown company fails, and has no visit to end', async () => {
    const world = planning()
    await expect(planAll(world, 'acme')).rejects.toMatchObject({
      failure: { code: 'company_unknown', retryable: false },
    })
    expect(world.calls).toEqual([])
  })

  test('leaves out an address that a posting does not have', async () => {
    const [batch] = await planAll(planning(), await listing([{ id: 1, title: 'a', content: 'b' }]))
    expect(batch?.[0]).not.toHaveProperty('url')
  })
})

describe('a posting that is stored as its listing has it', () => {
  test('is a job without content, and only the others are stored in a blob', async () => {
    const first = planning()
    const company = await listing(jobs(6))
    const seeds = (await planAll(first, company)).flat()
    const items = await itemsOf(first, seeds)
    const world = planning()
    for (const id of ['j-1', 'j-4']) world.digests.add(await digestOf(items.get(id) ?? missing(id)))
    const [unchanged, read, ...more] = await planAll(world, company)
    expect(more).toEqual([])
    expect(unchanged?.map(({ external_id, payload }) => [external_id, payload])).toEqual([
      ['j-1', { kind: 'unchanged', visit: 1 }],
      ['j-4', { kind: 'unchanged', visit: 1 }],
    ])
    expect(unchanged?.[0]).toMatchObject({ title: 'Job 1', url: 'https://acme.example/1' })
    expect(unchanged?.[0]).not.toHaveProperty('flight_jobs')
    expect(read?.map(({ external_id }) => external_id)).toEqual(['j-0', 'j-2', 'j-3', 'j-5'])
    expect([...(await itemsOf(world, read ?? [])).keys()]).toEqual(['j-0', 'j-2', 'j-3', 'j-5'])
    expect(world.calls).toEqual(['mark 6', 'put', 'end complete'])
  })

  test('is read again by a reader of another version', async () => {
    const world = planning()
    const company = await listing(jobs(1))
    const seeds = (await planAll(world, company)).flat()
    const item = (await itemsOf(world, seeds)).get('j-0') ?? missing('j-0')
    world.digests.add(await digestOf(item, READER_VERSION - 1))
    const [again] = await planAll(world, company)
    expect(again?.[0]?.payload).toMatchObject({ kind: 'listed' })
    world.digests.add(await digestOf(item))
    const [unchanged] = await planAll(world, company)
    expect(unchanged?.[0]?.payload).toMatchObject({ kind: 'unchanged' })
  })

  test('has no digest to be compared by if its content is on a page', async () => {
    const world = planning()
    await planAll(world, await listing(jobs(4, 2)))
    expect(world.compared).toEqual(['j-1', 'j-3'])
  })
})

describe('a posting whose listing has no content', () => {
  test('is a job with its page, and few of them share a flight', async () => {
    const world = planning()
    const [batch] = await planAll(world, await listing(jobs(1, 1)))
    expect(batch).toHaveLength(1)
    const { payload, ...seed } = batch?.[0] ?? { payload: null }
    expect(seed).toEqual({
      external_id: 'j-0',
      title: 'Job 0',
      url: 'https://acme.example/0',
      flight_jobs: 6,
    })
    expect(Payload.parse(payload)).toMatchObject({
      kind: 'page',
      visit: 1,
      known: null,
      listed: { external_id: 'j-0', title: 'Job 0', html: null },
    })
    expect(world.blobs.size).toBe(0)
  })

  test('is looked up once, and gets the known state of its page', async () => {
    const world = planning()
    const page = { url: 'https://acme.example/3', sha256: 'f', etag: '"x"', last_modified: null }
    world.known.set(ExternalId.parse('j-3'), page)
    const seeds = (await planAll(world, await listing(jobs(250, 1)))).flat()
    expect(seeds).toHaveLength(250)
    expect(world.calls).toEqual(['mark 250', 'known 250', 'end complete'])
    expect(seeds[3]?.payload).toMatchObject({ known: page })
    expect(seeds[4]?.payload).toMatchObject({ known: null })
  })

  test('never shares a batch with postings that have content', async () => {
    const batches = await planAll(planning(), await listing(jobs(450, 3)))
    expect(batches.flat()).toHaveLength(450)
    for (const batch of batches) {
      expect(new Set(batch.map(({ payload }) => Payload.parse(payload).kind)).size).toBe(1)
      expect(new Set(batch.map(({ flight_jobs }) => flight_jobs)).size).toBe(1)
    }
  })

  test('and no address fails when its job runs', async () => {
    const [batch] = await planAll(planning(), await listing([{ id: 1, title: 'a' }]))
    expect(batch?.[0]?.payload).toMatchObject({ kind: 'listed', index: 0 })
  })
})

/** One in ten of Ashby's jobs is not listed. */
describe.each([
  ['greenhouse', 250],
  ['lever', 250],
  ['ashby', 250],
])('a sample board of %s', (type, count) => {
  test('is read completely, with the content of each posting', async () => {
    const sites = await startSites({ companies: 1, postings: 250 })
    try {
      const world = planning()
      const source = { type, board: 'company-1', base_url: sites.origin }
      const seeds = (await planAll(world, { slug: 'acme', name: 'Acme', source })).flat()
      expect(new Set(seeds.map(({ external_id }) => external_id)).size).toBe(count)
      expect(world.ended).toEqual([{ visit: key, listing: 'complete' }])
      const pages = [...world.blobs.values()].map((text) =>
        ListedPosting.array().parse(JSON.parse(text)),
      )
      for (const listed of pages.flat()) {
        const posting = extract(listed)
        expect(posting?.description_text).not.toMatch(/&(?:lt|gt|quot|amp|nbsp);|<\/?p>/)
        expect(posting?.description_html).toMatch(/^<(?:p|h\d|ul)>/)
        expect(posting?.locations).not.toEqual([])
        expect(posting?.posted_at).toMatch(/^2026-.*Z$/)
      }
    } finally {
      await sites.close()
    }
  })
})

test('a plan that is stopped ends with the reason of its signal', async () => {
  const { origin } = await local.start(() => {
    world.stop.abort(new Error('the lease is lost'))
    return { body: '{"jobs":[]}' }
  })
  const world = planning()
  await expect(planAll(world, acme(origin))).rejects.toThrow('the lease is lost')
  expect(world.ended).toEqual([{ visit: key, listing: 'incomplete' }])
})

test('a plan that is stopped fails with its signal’s reason, whatever its fetch threw', async () => {
  const late = { code: 'fetch_timeout', message: 'late', retryable: true } as const
  const world = planning(async () => {
    world.stop.abort(new Error('the lease is lost'))
    throw new FetchFailure(late)
  })
  await expect(planAll(world, acme('http://127.0.0.1:1'))).rejects.toThrow('the lease is lost')
})

test('a flight has as many jobs as a page, and twice as many if they are unchanged', async () => {
  expect(ingestion.limits.flight_jobs).toBe(500)
  const [listed] = await planAll(planning(), await listing(jobs(300)))
  expect([listed?.length, listed?.[0]?.flight_jobs]).toEqual([250, 250])
})
