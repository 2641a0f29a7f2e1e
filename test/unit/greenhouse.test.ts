import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { startSites } from '../../scripts/sites/server.ts'
import { createEgress } from '../../src/egress.ts'
import type { CompanyPort } from '../../src/pipelines/ingestion/company-port.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import {
  type JobSeed,
  PlanFailure,
  type PlanPorts,
  type PlanTask,
  type WorkResult,
} from '../../src/pipelines/pipeline.ts'
import type { Company } from '../../src/protocol/company.ts'
import { GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import type { Json } from '../../src/protocol/json.ts'
import { PostingResult } from '../../src/protocol/posting.ts'
import type { Failure } from '../../src/protocol/status.ts'

type Settings = Parameters<typeof startSites>[0]
type Endpoint = { readonly origin: string; close(): Promise<void> }

const running: Endpoint[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((endpoint) => endpoint.close()))
})

async function sites(settings: Settings): Promise<string> {
  const started = await startSites(settings)
  running.push(started)
  return started.origin
}

/** One body for whatever is asked. */
async function board(body: string): Promise<string> {
  const server = createServer((_, response) => response.end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  running.push({
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return `http://127.0.0.1:${address.port}`
}

function task(company: Json, attempt = 1): PlanTask {
  return {
    owner: Owner.parse('alice'),
    run_id: RunId.parse('a'.repeat(32)),
    group: GroupKey.parse('acme'),
    attempt,
    input: company,
  }
}

function acme(origin: string, name = 'company-1') {
  const source = { type: 'greenhouse', board: name, base_url: origin }
  return { slug: 'acme', name: 'Acme', source }
}

/** A world in memory around the real network. */
function world(origin: string) {
  const blobs = new Map<string, string>()
  const stored = new Map<string, Company>()
  const stop = new AbortController()
  let visits = 0
  const companies: CompanyPort = {
    visit: async ({ company }) => {
      if (typeof company !== 'string') stored.set(company.slug, company)
      const found = stored.get(typeof company === 'string' ? company : company.slug)
      return found && { ...found, visit: ++visits }
    },
  }
  const ports: PlanPorts & { companies: CompanyPort } = {
    companies,
    fetch: createEgress({ allow: [origin] }),
    blobs: {
      put: async (key, value) => void blobs.set(key, JSON.stringify(value)),
      get: async (key) =>
        z
          .json()
          .optional()
          .parse(parsed(blobs.get(key))),
    },
    signal: stop.signal,
  }
  return { blobs, ports, stop }
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}

async function planAll(ports: ReturnType<typeof world>['ports'], company: Json) {
  const batches: (readonly JobSeed[])[] = []
  for await (const batch of ingestion.plan(task(company), ports)) batches.push(batch)
  return batches
}

/** The typed failure that a plan of this board ends with. */
async function failureOf(origin: string, company: Json = acme(origin)): Promise<Failure> {
  try {
    await planAll(world(origin).ports, company)
  } catch (error) {
    if (error instanceof PlanFailure) return error.failure
    throw error
  }
  throw new Error('the plan did not fail')
}

function workOn(seed: JobSeed, ports: PlanPorts): Promise<WorkResult> {
  const { external_id, title, payload } = seed
  return ingestion.work(
    { ...task(null), external_id, title, payload },
    { ...ports, step: () => undefined },
  )
}

function readyOf(result: WorkResult) {
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result))
  return PostingResult.parse(result.result)
}

test('a listing is fetched once, put aside by the page, and worked on from there', async () => {
  const origin = await sites({ companies: 1, postings: 250 })
  const { blobs, ports } = world(origin)
  const batches = await planAll(ports, acme(origin))
  expect(batches.map((batch) => batch.length)).toEqual([100, 100, 50])
  const prefix = `runs/${'a'.repeat(32)}/acme/1`
  expect([...blobs.keys()]).toEqual([0, 1, 2].map((page) => `${prefix}/${page}.json`))
  expect(batches[1]?.[7]?.payload).toEqual({ blob: `${prefix}/1.json`, index: 7, visit: 1 })

  const results = await Promise.all(batches.flat().map((seed) => workOn(seed, ports)))
  for (const [index, result] of results.entries()) {
    const { visit, posting } = readyOf(result)
    const seed = batches.flat()[index]
    expect(visit).toBe(1)
    expect(posting.title).toBe(seed?.title)
    expect(posting.url).toBe(seed?.url)
    expect(posting.description_text).toMatch(new RegExp(`Reference 1/${index + 1}/1$`, 'm'))
    expect(posting.description_text).not.toMatch(/&(?:lt|gt|quot|amp|nbsp);|<\/?p>/)
    expect(posting.locations).toHaveLength(1)
    expect(posting.departments).toHaveLength(1)
    expect(posting.posted_at).toMatch(/^2026-.*Z$/)
  }
  const requests = await fetch(`${origin}/control/requests`)
  expect(await requests.json()).toEqual({ '/v1/boards/company-1/jobs': 1 })
})

test('a page is put aside before its jobs are named', async () => {
  const origin = await sites({ companies: 1, postings: 150 })
  const { blobs, ports } = world(origin)
  const batches = ingestion.plan(task(acme(origin), 3), ports)
  let pages = 0
  for await (const batch of batches) {
    expect(blobs.size).toBe(++pages)
    expect(blobs.has(z.object({ blob: z.string() }).parse(batch[0]?.payload).blob)).toBe(true)
  }
  expect(pages).toBe(2)
})

test('an empty listing is a plan without jobs', async () => {
  const origin = await sites({ companies: 1, faults: ['empty'] })
  const { blobs, ports } = world(origin)
  expect(await planAll(ports, acme(origin))).toEqual([])
  expect(blobs.size).toBe(0)
})

test('a known company is planned by its slug, each time in its next visit', async () => {
  const origin = await sites({ companies: 1, postings: 1 })
  const { ports } = world(origin)
  await planAll(ports, acme(origin))
  const [batch] = await planAll(ports, 'acme')
  expect(batch?.[0]?.payload).toMatchObject({ visit: 2 })
})

test('PLAN-3: an unknown company fails its plan', async () => {
  expect(await failureOf('http://127.0.0.1:1', 'acme')).toMatchObject({
    code: 'company_unknown',
    retryable: false,
  })
})

describe('PLAN-3: a board that fails', () => {
  test.each([
    ['404', 'board_not_found', false],
    ['401', 'board_refused', false],
    ['403', 'board_refused', false],
    ['429', 'board_error', true],
    ['500', 'board_error', true],
    ['503', 'board_error', true],
    ['html', 'listing_unreadable', false],
    ['wrong-shape', 'listing_unreadable', false],
    ['truncated', 'listing_unreadable', true],
    ['huge', 'listing_too_large', false],
    ['cut', 'board_unreachable', true],
    ['reset', 'board_unreachable', true],
  ] as const)('with %s gives its reason: %s', async (fault, code, retryable) => {
    const origin = await sites({ companies: 1, postings: 30, faults: [fault] })
    const failure = await failureOf(origin)
    expect(failure).toMatchObject({ code, retryable })
    expect(failure.message).toMatch(/^(?:The|There) .*"company-1".*\.$/)
  })

  test('by not being there gives its reason: board_unreachable', async () => {
    const gone = await startSites({ companies: 1 })
    await gone.close()
    expect(await failureOf(gone.origin)).toMatchObject({
      code: 'board_unreachable',
      retryable: true,
    })
  })

  test('where it may not be reached gives its reason: egress_refused', async () => {
    expect(await failureOf('http://127.0.0.1:1', acme('http://127.0.0.1:2'))).toEqual({
      code: 'egress_refused',
      message: 'http://127.0.0.1:2 is not among the origins that may be reached.',
      retryable: false,
    })
  })

  test.each(['null', '7', '[]', '{"jobs":{}}', '{"jobs":[{},null]}', '{"status":200}', ''])(
    'with %j for a listing gives its reason: listing_unreadable',
    async (body) => {
      expect(await failureOf(await board(body))).toMatchObject({
        code: 'listing_unreadable',
        retryable: false,
      })
    },
  )
})

test('a plan that is stopped ends with the reason of its signal', async () => {
  const origin = await sites({ companies: 1, faults: ['hang'] })
  const { ports, stop } = world(origin)
  const planning = planAll(ports, acme(origin))
  stop.abort(new Error('the lease is lost'))
  await expect(planning).rejects.toThrow('the lease is lost')
})

test('an id twice is one job, the first one', async () => {
  const origin = await board(
    JSON.stringify({
      jobs: [
        { id: 5, title: 'first' },
        { id: '5', title: 'second' },
        { id: 6, title: 'third' },
      ],
    }),
  )
  const [batch] = await planAll(world(origin).ports, acme(origin))
  expect(batch?.map(({ external_id, title }) => [external_id, title])).toEqual([
    ['5', 'first'],
    ['6', 'third'],
  ])
})

test('odd items and odd fields cost nothing but themselves', async () => {
  const origin = await sites({ companies: 1, postings: 2, faults: ['odd-items'] })
  const { ports } = world(origin)
  const [batch] = await planAll(ports, acme(origin))
  expect(batch).toHaveLength(3)
  const odd = batch?.[2]
  if (!odd) throw new Error('the odd one is missing')
  expect(odd).toMatchObject({ external_id: 'odd-1', title: 'An odd one' })
  expect(odd).not.toHaveProperty('url')
  expect(readyOf(await workOn(odd, ports)).posting).toEqual({
    title: 'An odd one',
    url: '',
    locations: [],
    departments: ['Odds'],
    description_text: 'Odd, and still a posting.',
    posted_at: null,
    updated_at: null,
  })
})

test('a title is trimmed, and cut to 300 characters between two of them', async () => {
  const title = `  \0${'x'.repeat(299)}🥐\uD800 `
  const origin = await board(JSON.stringify({ jobs: [{ id: 1, title }] }))
  const [batch] = await planAll(world(origin).ports, acme(origin))
  expect(batch?.[0]?.title).toBe('x'.repeat(299))
})

test('meta.total is not held against what is listed', async () => {
  const origin = await board('{"jobs":[{"id":1,"title":"a"}],"meta":{"total":37}}')
  expect((await planAll(world(origin).ports, acme(origin))).flat()).toHaveLength(1)
})

test('base_url stands in for scheme and host alone', async () => {
  const origin = await sites({ companies: 1, postings: 1 })
  const company = acme(`${origin}/v2/elsewhere?x=1`)
  expect((await planAll(world(origin).ports, company)).flat()).toHaveLength(1)
})

test('a posting without content fails with that reason, and is not tried again', async () => {
  const origin = await sites({ companies: 1, postings: 1, faults: ['no-content'] })
  const { ports } = world(origin)
  const [seed] = (await planAll(ports, acme(origin))).flat()
  if (!seed) throw new Error('no job')
  expect(await workOn(seed, ports)).toEqual({
    kind: 'failed',
    failure: {
      code: 'no_content',
      message:
        'The listing holds no content for this posting, and crawling its page is not there yet.',
      retryable: false,
    },
  })
})

test('a page that is gone fails its jobs, to be tried again', async () => {
  const origin = await sites({ companies: 1, postings: 1 })
  const { blobs, ports } = world(origin)
  const [seed] = (await planAll(ports, acme(origin))).flat()
  if (!seed) throw new Error('no job')
  blobs.clear()
  expect(await workOn(seed, ports)).toMatchObject({
    kind: 'failed',
    failure: { code: 'blob_missing', retryable: true },
  })
})

test(
  'ten thousand postings of 1 KB cost less than two seconds of CPU',
  { timeout: 30_000 },
  async () => {
    const origin = await sites({ companies: 1, postings: 10_000 })
    const { blobs, ports } = world(origin)
    const seeds = (await planAll(ports, acme(origin))).flat()
    expect(seeds).toHaveLength(10_000)
    const pages = new Map([...blobs].map(([key, text]) => [key, z.json().parse(JSON.parse(text))]))
    const memo = { ...ports, blobs: { ...ports.blobs, get: async (key: string) => pages.get(key) } }
    const started = process.cpuUsage()
    for (const seed of seeds) readyOf(await workOn(seed, memo))
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000)
  },
)

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/greenhouse')

describe.skipIf(fixtures === undefined)('recorded listings', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const origin = await board(readFileSync(join(folder, file), 'utf8'))
    const { ports } = world(origin)
    const seeds = (await planAll(ports, acme(origin))).flat()
    expect(seeds.length).toBeGreaterThan(0)
    for (const seed of seeds) {
      const { posting } = readyOf(await workOn(seed, ports))
      expect(posting.description_text.length).toBeGreaterThan(100)
      expect(posting.description_text).not.toMatch(/<\/?(?:p|div|li|strong)\b|&nbsp;/)
      expect(posting.url).toMatch(/^https:/)
      expect(posting.locations).not.toEqual([])
      expect(posting.posted_at).toMatch(/^\d{4}-.*Z$/)
    }
  })
})
