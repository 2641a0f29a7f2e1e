import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

import type { Company } from '../../../src/protocol/company.ts'
import { ExpiryView } from '../../../src/protocol/expiry.ts'
import { LogPage } from '../../../src/protocol/log.ts'
import { boardCompany, company, control, database, siteCompany } from '../parts.ts'
import { follow, type TestUser, newUser } from '../test-user.ts'

const POSTINGS = 25
const BOARD = 59

afterEach(() => control(BOARD, { fault: null, visit: 1 }))

/** Makes a user whose first run has stored all of the board's postings. */
async function stored(one: Company): Promise<TestUser> {
  const who = await newUser()
  const view = await follow(who, await who.start(one))
  expect(view).toMatchObject({ status: 'finished', snapshot: { new: POSTINGS } })
  return who
}

async function postings({ owner }: TestUser): Promise<Record<string, number>> {
  const rows = await database().query(
    'SELECT status, count(*)::integer AS count FROM postings WHERE owner = $1 GROUP BY status',
    [owner],
  )
  const counts = z.array(z.object({ status: z.string(), count: z.int() })).parse(rows)
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
}

async function expiries({ client }: TestUser, run_id: string): Promise<ExpiryView[]> {
  const response = await client.get(`/api/runs/${run_id}/expiry`)
  return z.object({ expiries: z.array(ExpiryView) }).parse(await response.json()).expiries
}

async function log({ client }: TestUser, run_id: string): Promise<string[]> {
  const response = await client.get(`/api/runs/${run_id}/logs`)
  return LogPage.parse(await response.json()).lines.map(({ message }) => message)
}

describe('a posting that is missing from a complete listing', () => {
  const kinds: [string, Company][] = [
    ['greenhouse', company(BOARD)],
    ['lever', boardCompany('lever', BOARD)],
    ['ashby', boardCompany('ashby', BOARD)],
    ['a site', siteCompany(BOARD)],
  ]

  it.each(kinds)('PLAN-4: expires, and is open again when it is back: %s', async (_, one) => {
    const who = await newUser()
    const first = await follow(who, await who.start(one))
    const all = first.snapshot?.total ?? 0
    await control(BOARD, { visit: 2 })
    const second = await who.start(one)
    const view = await follow(who, second)
    const [expiry] = await expiries(who, second)
    const gone = expiry?.gone ?? 0
    expect(expiry).toMatchObject({ status: 'applied', open: all })
    expect(gone).toBeGreaterThan(0)
    expect(view.snapshot?.gone).toBe(gone)
    expect(first.snapshot?.gone).toBe(0)
    const fresh = view.snapshot?.new ?? 0
    expect(await postings(who)).toEqual({ open: all - gone + fresh, expired: gone })
    expect(await log(who, second)).toContain(
      `${gone} postings expired: the job list no longer holds them.`,
    )
    await control(BOARD, { visit: 1 })
    await follow(who, await who.start(one))
    expect(await postings(who)).toEqual({ open: all, expired: fresh })
  })
})

describe('a listing that wrongly looks empty', () => {
  it.each([
    ['greenhouse', 'empty'],
    ['greenhouse', 'empty-list'],
    ['greenhouse', 'html-200'],
    ['greenhouse', 'bot-wall'],
    ['greenhouse', 'truncated'],
    ['greenhouse', 'wrong-total'],
    ['greenhouse', 'redirect-home'],
    ['greenhouse', 'not-modified'],
    ['lever', 'empty'],
    ['lever', 'repeated-page'],
    ['ashby', 'bot-wall'],
    ['site', 'repeated-page'],
    ['site', 'bot-wall'],
    ['site', 'truncated'],
    ['site', 'redirect-home'],
    ['site', 'not-modified'],
  ] as const)('PLAN-4: expires nothing: %s, %s', async (kind, fault) => {
    const one = kind === 'site' ? siteCompany(BOARD) : boardCompany(kind, BOARD)
    const who = await newUser()
    await follow(who, await who.start(one))
    const before = await postings(who)
    await control(BOARD, { fault })
    await follow(who, await who.start(one))
    expect(await postings(who)).toEqual(before)
  })
})

/** Makes a run over a board that has become empty. */
async function held() {
  const who = await stored(company(BOARD))
  await control(BOARD, { fault: 'empty' })
  const run_id = await who.start(BOARD)
  await follow(who, run_id)
  const decide = (body: object) => who.client.post(`/api/runs/${run_id}/expiry`, body)
  return { who, run_id, decide }
}

describe('an expiry of more than a third of a company', () => {
  it('PLAN-4: is held, and shown with samples', async () => {
    const { who, run_id } = await held()
    // The postings of a held expiry are still open, so they do not count as gone.
    expect((await who.view(run_id)).snapshot?.gone).toBe(0)
    expect(await postings(who)).toEqual({ open: POSTINGS })
    const [expiry] = await expiries(who, run_id)
    expect(expiry).toMatchObject({ status: 'held', gone: POSTINGS, open: POSTINGS })
    expect(expiry?.sample.length).toBeGreaterThan(0)
  })

  it('PLAN-4: can be applied or dropped once', async () => {
    const { who, run_id, decide } = await held()
    const apply = { company: `company-${BOARD}`, apply: true }
    const answer = await decide(apply)
    expect(answer.status).toBe(200)
    expect(ExpiryView.parse(await answer.json())).toMatchObject({ status: 'applied' })
    expect(await postings(who)).toEqual({ expired: POSTINGS })
    expect((await decide(apply)).status).toBe(200)
    expect((await decide({ ...apply, apply: false })).status).toBe(409)
    expect((await expiries(who, run_id))[0]).toMatchObject({ status: 'applied' })
  })

  it('PLAN-4: cannot be applied after a newer visit', async () => {
    const { who, decide } = await held()
    await control(BOARD, { fault: null })
    await follow(who, await who.start(BOARD))
    const answer = await decide({ company: `company-${BOARD}`, apply: true })
    expect(answer.status).toBe(409)
    expect(await postings(who)).toEqual({ open: POSTINGS })
  })
})

it('PLAN-4: two runs over the same company at once expire nothing that either of them found', async () => {
  const who = await stored(company(BOARD))
  await control(BOARD, { latency_ms: 200 })
  const first = await who.start(BOARD)
  await control(BOARD, { visit: 2, latency_ms: 0 })
  const second = await who.start(BOARD)
  await Promise.all([follow(who, first), follow(who, second)])
  const found = await who.jobs(first)
  const listed = new Set([...found, ...(await who.jobs(second))].map((job) => job.external_id))
  const rows = await database().query(
    "SELECT external_id FROM postings WHERE owner = $1 AND status = 'open'",
    [who.owner],
  )
  const open = new Set(rows.map((row) => row['external_id']))
  expect([...listed].filter((id) => !open.has(id))).toEqual([])
})
