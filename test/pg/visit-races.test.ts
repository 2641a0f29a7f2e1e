import * as fc from 'fast-check'
import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { z } from 'zod'

import { decideExpiry } from '../../src/db/expiries.ts'
import { newRunId, openDatabase } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

/** The steps of one visit: the parts of its listing, the crawled ones, and its end. */
const plan = fc.record({
  parts: fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }), {
    maxLength: 3,
  }),
  crawled: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
  end: fc.constantFrom('complete', 'incomplete', 'never'),
})
const plans = fc.array(plan, { minLength: 2, maxLength: 3 })
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never

type Step =
  | { readonly kind: 'list' | 'find'; readonly ids: readonly string[] }
  | { readonly kind: 'end'; readonly listing: 'complete' | 'incomplete' }

/** Orders the steps. A result follows its listing, and may come before or after the visit's end. */
function stepsOf({ parts, crawled, end }: Plan): Step[] {
  const found = parts.map((ids): Step => {
    return { kind: 'find', ids: ids.filter((id) => crawled.includes(id)) }
  })
  return [
    ...parts.map((ids): Step => ({ kind: 'list', ids })),
    ...found.slice(0, 1),
    ...(end === 'never' ? [] : [{ kind: 'end', listing: end } as const]),
    ...found.slice(1),
  ]
}

const Stored = z.object({
  postings: z.array(
    z.object({
      external_id: z.string(),
      status: z.string(),
      visit: z.int(),
      missed_visit: z.int().nullable(),
    }),
  ),
  visits: z.array(z.object({ visit: z.int(), floor: z.int(), expiry: z.string().nullable() })),
})
type Stored = z.infer<typeof Stored>

/** A query for an owner's rows of a table. */
function all(table: string): string {
  return `(SELECT coalesce(json_agg(row), '[]') FROM ${table} AS row WHERE owner = $1) AS ${table}`
}

/** Reads everything that is stored of a company in one statement, so that all of it is from one moment. */
async function storedOf({ owner }: VisitedCompany): Promise<Stored> {
  const [stored] = await db.query(`SELECT ${all('postings')}, ${all('visits')}`, [owner])
  return Stored.parse(stored)
}

/** The ids that each visit of a company has listed. */
type ListedIds = Map<number, Set<string>>

function step(company: VisitedCompany, visit: number, next: Step) {
  if (next.kind === 'end') return company.end(visit, next.listing)
  if (next.kind === 'find') return company.found(visit, ...next.ids)
  return company.list(visit, ...next.ids)
}

/** Finds postings that a visit without a complete listing expired, or that an overlapping visit had listed. */
function wronglyExpired({ postings, visits }: Stored, listed: ListedIds): string[] {
  const expired = postings.filter(({ status }) => status === 'expired')
  const wrong = expired.filter(({ external_id, missed_visit }) => {
    const by = visits.find(({ visit }) => visit === missed_visit)
    if (by?.expiry !== 'applied') return true
    return [...listed].some(
      ([visit, ids]) => visit >= by.floor && visit <= by.visit && ids.has(external_id),
    )
  })
  return wrong.map(({ external_id }) => external_id)
}

/** The visits of one company. Each makes its next step when its turn comes. */
class Interleaving {
  readonly company = new VisitedCompany(db)
  readonly listed: ListedIds = new Map()
  #waiting: { visit?: number; readonly steps: Step[] }[]

  constructor(given: readonly Plan[]) {
    this.#waiting = given.map((one) => ({ steps: stepsOf(one) }))
  }

  get done(): boolean {
    return this.#waiting.length === 0
  }

  async take(turn: number): Promise<void> {
    const taken = this.#waiting[turn % this.#waiting.length]
    if (taken?.visit === undefined) {
      const visit = await this.company.begin()
      this.listed.set(visit, new Set())
      if (taken) taken.visit = visit
    } else {
      const next = taken.steps.shift()
      if (next) await step(this.company, taken.visit, next)
      if (next?.kind === 'list') for (const id of next.ids) this.listed.get(taken.visit)?.add(id)
    }
    this.#waiting = this.#waiting.filter(({ visit, steps }) => !visit || steps.length > 0)
  }
}

test('PLAN-4: in any order of the steps of two or three visits, no found posting expires, and the newer content stands', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.infiniteStream(fc.nat(5)), async (given, turns) => {
      const run = new Interleaving(given)
      await run.company.visit(['a', 'b', 'c'])
      for (let before = await storedOf(run.company); !run.done;) {
        await run.take(turns.next().value ?? 0)
        const now = await storedOf(run.company)
        expect(wronglyExpired(now, run.listed)).toEqual([])
        const older = before.postings.filter(({ external_id, visit }) =>
          now.postings.some((row) => row.external_id === external_id && row.visit < visit),
        )
        expect(older).toEqual([])
        before = now
      }
    }),
    { numRuns: 25 },
  )
})

test('PLAN-4: simultaneous visits expire nothing that one of them found', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (given) => {
      const company = new VisitedCompany(db)
      await company.visit(['a', 'b', 'c', 'd'])
      const listed: ListedIds = new Map()
      await Promise.all(
        given.map(async (one) => {
          const visit = await company.begin()
          listed.set(visit, new Set(one.parts.flat()))
          for (const next of stepsOf(one)) await step(company, visit, next)
        }),
      )
      expect(wronglyExpired(await storedOf(company), listed)).toEqual([])
    }),
    { numRuns: 25 },
  )
})

/** Calls `use` while a transaction of this test locks the company or its postings, and then unlocks them. */
async function holding(
  { owner }: VisitedCompany,
  use: (client: Client) => Promise<void>,
  what: 'companies' | 'postings' = 'companies',
) {
  const client = new Client({ connectionString: inject('postgres').url })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SELECT FROM ${what} WHERE owner = $1 FOR UPDATE`, [owner])
    await use(client)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

/** Waits until so many connections wait for a lock of this client, directly or behind another one. */
async function waiting(client: Client, count: number): Promise<void> {
  const blocked = `
    WITH RECURSIVE behind AS (
      SELECT pg_backend_pid() AS pid
      UNION
      SELECT activity.pid FROM pg_stat_activity AS activity
      JOIN behind ON behind.pid = ANY (pg_blocking_pids(activity.pid))
    )
    SELECT FROM behind`
  while ((await client.query(blocked)).rowCount !== count + 1);
}

// The embedded Postgres has one connection, so nobody waits for a lock there.
describe.skipIf(process.env['TEST_DATABASE_URL'] === undefined)('with locks held', () => {
  test('PLAN-4: an end that waits for a listing sees the ids that it marked', async () => {
    const company = new VisitedCompany(db)
    await company.visit(['a', 'b'])
    const older = await company.begin()
    const newer = await company.begin()
    const steps: Promise<unknown>[] = []
    await holding(company, async (client) => {
      steps.push(company.end(newer))
      await waiting(client, 1)
      const marked = `INSERT INTO listed VALUES ($1, 'acme', $2, 'part', '{a,b}')`
      await client.query(marked, [company.owner, older])
    })
    expect(await Promise.all(steps)).toMatchObject([{ gone: 0, open: 2 }])
  })

  test('PLAN-4: a listing that waits for an end opens the postings that it expired', async () => {
    const company = new VisitedCompany(db)
    await company.visit(['a', 'b'])
    const older = await company.begin()
    const newer = await company.begin()
    const steps: Promise<unknown>[] = []
    await holding(company, async (client) => {
      steps.push(company.end(newer))
      await waiting(client, 1)
      steps.push(company.list(older, 'b'))
      await waiting(client, 2)
    })
    expect(await Promise.all(steps)).toMatchObject([{ gone: 2 }, undefined])
    expect(await company.ids()).toEqual(['b'])
  })

  test('PLAN-4: a visit that waits for another’s beginning overlaps it', async () => {
    const company = new VisitedCompany(db)
    await company.visit(['a'])
    const begun: Promise<number>[] = []
    await holding(company, async (client) => {
      begun.push(company.begin(), company.begin())
      await waiting(client, 2)
    })
    await Promise.all(begun)
    const floors = (await storedOf(company)).visits.map(({ floor }) => floor)
    expect(floors.toSorted((a, b) => a - b)).toEqual([1, 2, 2])
  })

  test('PLAN-4: an end that waits for a result spares the posting that it found', async () => {
    const company = new VisitedCompany(db)
    await company.visit(['a', 'b'])
    const visit = await company.begin()
    const steps: Promise<unknown>[] = []
    const write = async (client: Client) => {
      steps.push(company.end(visit))
      await waiting(client, 1)
      const found = `UPDATE postings SET visit = $2 WHERE owner = $1 AND external_id = 'b'`
      await client.query(found, [company.owner, visit])
    }
    await holding(company, write, 'postings')
    await Promise.all(steps)
    expect(await company.ids()).toEqual(['b'])
  })

  test('a decision that waits for a newer visit is not made', async () => {
    const company = new VisitedCompany(db)
    const { owner } = company
    const run_id = newRunId()
    await company.visit(['a', 'b'])
    await company.visit([], { run_id, rule: { misses: 1, hold_percent: 0 } })
    const steps: Promise<unknown>[] = []
    await holding(company, async (client) => {
      const decision = { owner, run_id, company: 'acme', apply: true, by: owner, misses: 1 }
      steps.push(decideExpiry(db, decision))
      await waiting(client, 1)
      await client.query('UPDATE companies SET visit = visit + 1 WHERE owner = $1', [owner])
    })
    expect(await Promise.all(steps)).toEqual([{ kind: 'superseded' }])
  })
})
