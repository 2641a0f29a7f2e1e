import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Company } from '../../src/protocol/company.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { Follower } from '../support/follower.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

// With RUNCAST_LONG the stream is held open for five and a half minutes, with the usual settings.
const long = process.env['RUNCAST_LONG'] !== undefined
const HELD = long ? { companies: 37, latency_ms: 9_000 } : { companies: 12, latency_ms: 800 }
const HELD_MS = HELD.companies * HELD.latency_ms
const POSTINGS = 50

const SLUGS = Array.from({ length: 10_001 }, (_, number) => `c${number}`)
const FAX = { slug: 'a', name: 'A', source: { type: 'fax', board: 'a' } }

let stack: Stack
let alice: User
let mallory: User

beforeAll(async () => {
  // The run reads one listing after the other, so that it lasts as long as the boards' latency says.
  const quick = { heartbeat_ms: 300, renew_ms: 500, relist_ms: 200 }
  const settings = { window_plans: 1, ...(long ? {} : quick) }
  stack = await startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } })
  alice = await User.of(stack, 'alice')
  mallory = await User.of(stack, 'mallory')
})

afterAll(() => stack?.close())

/** New companies on one board, which answers slowly. */
async function slowCompanies(
  board: string,
  { companies, latency_ms }: { companies: number; latency_ms: number },
): Promise<Company[]> {
  const change = { method: 'POST', body: JSON.stringify({ board, latency_ms }) }
  expect((await fetch(`${stack.sites}/control`, change)).status).toBe(200)
  const sample = (await sampleCompanies(stack)).find(({ slug }) => slug === board)
  return Array.from({ length: companies }, (_, index) =>
    Company.parse({ ...sample, slug: `${board}-${index}` }),
  )
}

/** Reads a stream's text to its end, or until it matches. */
async function readText(response: Response, until?: RegExp): Promise<string> {
  let text = ''
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part
    if (until?.test(text) === true) break
  }
  return text
}

function afterRetry(text: string): string {
  return text.replace(/^retry: \d+\n\n/, '')
}

/** An answer without the fields that differ between requests. */
async function said(response: Response): Promise<object> {
  const headers = Object.fromEntries(response.headers)
  delete headers['date']
  delete headers['x-request-id']
  const body = (await response.text()).replace(/"request_id":"[^"]*"/, '')
  return { status: response.status, headers, body }
}

describe.concurrent('a stream', () => {
  test(
    'W-1, W-4, W-6, W-8: loses nothing while it is held open, or cut and resumed',
    async () => {
      const begun = Date.now()
      const run_id = await alice.start(await slowCompanies('company-1', HELD))
      const held = new Follower(alice, run_id)
      const resumed = new Follower(alice, run_id)
      const jobs = HELD.companies * POSTINGS
      for (const part of [0.2, 0.4, 0.6, 0.8]) {
        await resumed.until(({ done }) => done >= part * jobs)
        await resumed.cut()
      }
      await Promise.all([held.ended, resumed.ended])
      if (long) process.stderr.write(`held for ${Date.now() - begun} ms\n`)
      expect(Date.now() - begun).toBeGreaterThan(HELD_MS)
      expect([held.connections, resumed.connections]).toEqual([1, 5])

      const truth = (await alice.jobs(run_id)).map((job) => `${job.group} ${job.external_id}`)
      expect(truth).toHaveLength(jobs)
      const picture = Object.fromEntries(truth.map((job) => [job, 'ready']))
      for (const { state, picture: shown, seqs } of [held, resumed].map(shownBy)) {
        expect(state).toBe('finished')
        expect(shown).toEqual(picture)
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
      }
      await expectCursors(run_id, held)
    },
    HELD_MS + 60_000,
  )

  test('EV-1, EV-9: sends its first bytes at once and then heartbeats, and ends after an abort', async () => {
    const slow = await slowCompanies('company-2', { companies: 2, latency_ms: 9_000 })
    const run_id = await alice.start(slow)
    const progress = `/api/ingestion/progress/${run_id}`
    const other = fetch(`${stack.origin}${progress}?token=${alice.token}`)
    const response = await alice.watch(run_id)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(response.headers.get('content-encoding') ?? 'identity').toBe('identity')

    const beats = long ? '' : '(:\n\n(event: progress\ndata: [^\n]*\n\n)?){3}'
    const first = new RegExp(`^retry: \\d+\n\nevent: status\ndata: \\w+\n\n.*${beats}`, 's')
    expect(await readText(response, first)).toMatch(first)
    expect((await alice.view(run_id)).counts.total).toBe(0)

    expect((await alice.post(`/api/runs/${run_id}/abort`)).status).toBe(200)
    const end = /event: status\ndata: aborted\nid: [0-9a-z]+\.\d+\n\n$/
    expect(await readText(await other)).toMatch(end)
    expect((await alice.view(run_id)).status).toBe('aborted')
  })

  test("of another owner's run gets byte for byte the 404 of a missing run", async () => {
    const run_id = await alice.start(
      await slowCompanies('company-3', { companies: 1, latency_ms: 0 }),
    )
    for (const path of ['/api/runs/:id', '/api/runs/:id/stream', '/api/ingestion/progress/:id']) {
      const none = await said(await mallory.get(path.replace(':id', '0'.repeat(32))))
      expect(none).toMatchObject({ status: 404 })
      expect(await said(await mallory.get(path.replace(':id', run_id)))).toEqual(none)
      expect((await alice.get(path.replace(':id', run_id))).status).toBe(200)
    }
  })

  test.each([
    { what: 'is not JSON', body: '{"pipeline":', status: 400 },
    { what: 'names no pipeline', body: { pipeline: 'laundry', input: {} }, path: 'pipeline' },
    { what: 'lists no company', body: listing([]), path: 'input.companies' },
    { what: 'lists a company twice', body: listing(['a', 'a']), path: 'input.companies.1' },
    { what: 'has a newline in a slug', body: listing(['a\nb']), path: 'input.companies.0' },
    { what: 'lists 10,001 companies', body: listing(SLUGS), path: 'input.companies' },
    { what: 'names no board', body: listing([FAX]), path: 'input.companies.0.source.type' },
    { what: 'has 5 MB', body: listing(['x'.repeat(5_000_000)]), status: 413 },
  ])('a start that $what is refused and leaves nothing', async ({ body, status = 422, path }) => {
    const bob = await User.of(stack, `bob ${path ?? status}`)
    const response = await bob.post('/api/runs', body)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = Problem.parse(await response.json())
    expect(problem.status).toBe(status)
    expect(problem.errors?.[0]?.path).toBe(path)
    expect(await bob.runs()).toEqual([])
  })
})

function listing(companies: readonly unknown[]): object {
  return { pipeline: 'ingestion', input: { companies } }
}

function shownBy(follower: Follower) {
  return { state: follower.state.status, picture: follower.picture(), seqs: follower.seqs }
}

/** Checks the stream of an ended run from several cursors. A cursor at its end gets 204. */
async function expectCursors(run_id: RunId, { events }: Follower): Promise<void> {
  expect((await alice.watch(run_id, events.at(-1)?.id)).status).toBe(204)
  const whole = afterRetry(await readText(await alice.watch(run_id)))
  for (const nonsense of ['x'.repeat(12_288), 'k3f09x2a.1', '../../etc', '-1', '%00']) {
    const text = await readText(await alice.watch(run_id, nonsense))
    // Not toEqual: its message would print the whole state twice.
    expect(afterRetry(text) === whole).toBe(true)
  }
}

test('no line that was written holds a token', async () => {
  const query = `?token=${alice.token}`
  const paths = ['/api/nothing', '/documents/1', `/api/runs/${'0'.repeat(32)}/stream`, '/api/runs']
  for (const path of paths) {
    await alice.get(`${path}${query}`)
    await fetch(`${stack.origin}${path}${query}x`)
  }
  await stack.close()
  expect(stack.output).not.toContain(alice.token.split('.')[2])
})
