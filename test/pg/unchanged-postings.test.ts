import { createHash } from 'node:crypto'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The row of a job that has read this text of a posting. */
function readRow(external_id: string, visit: number, text: string) {
  const row = readyRow(external_id, { visit, posting: { title: text } })
  return { ...row, result: { ...Object(row.result), digest: digest(text) } }
}

function unchangedRow(external_id: string, visit: number) {
  return { ...readyRow(external_id), result: { visit, unchanged: true } }
}

/** A company whose first visit has read this text of each posting. */
async function stored(texts: Readonly<Record<string, string>>): Promise<VisitedCompany> {
  const company = new VisitedCompany(db)
  const visit = await company.begin()
  await company.list(visit, ...Object.keys(texts))
  const rows = Object.entries(texts).map(([id, text]) => readRow(id, visit, text))
  await recorder(db, company.owner)(...rows)
  await company.end(visit)
  return company
}

/** Lists one posting with this text. Returns whether the stored posting was made from the same text. */
async function isEqual(company: VisitedCompany, visit: number, [id, text]: [string, string]) {
  const equal = await company.compare(visit, [{ external_id: id, digest: digest(text) }])
  return equal.has(digest(text))
}

const whole = (company: VisitedCompany) =>
  db.query('SELECT * FROM postings WHERE owner = $1 ORDER BY external_id', [company.owner])

test('PLAN-5: a posting made from an equal item belongs to the visit that lists it, and its job is unchanged without content', async () => {
  const company = await stored({ a: 'Baker' })
  const [before] = await whole(company)
  const run_id = newRunId()
  const visit = await company.begin(run_id)
  expect(await isEqual(company, visit, ['a', 'Baker'])).toBe(true)
  const after = [{ ...before, visit, digest_visit: visit, run_id }]
  expect(await whole(company)).toEqual(after)
  const { won, failed } = await recorder(db, company.owner, run_id)(unchangedRow('a', visit))
  expect({ won, failed }).toMatchObject({ won: [{ outcome: 'unchanged' }], failed: [] })
  expect(await whole(company)).toEqual(after)
  expect(await isEqual(company, visit, ['a', 'Baker'])).toBe(true)
})

test('PLAN-5: a posting is read again if its item says something else, or if it is new, expired or from a page', async () => {
  const company = await stored({ changed: 'one', expired: 'two' })
  await recorder(db, company.owner)(readyRow('crawled', { posting: { title: 'three' } }))
  await db.query(
    `UPDATE postings SET status = 'expired' WHERE owner = $1 AND external_id = 'expired'`,
    [company.owner],
  )
  const before = await whole(company)
  const visit = await company.begin()
  const items = { changed: 'another', expired: 'two', crawled: 'three', new: 'four' }
  const listed = Object.entries(items).map(([external_id, text]) => {
    return { external_id, digest: digest(text) }
  })
  expect(await company.compare(visit, listed)).toEqual(new Set())
  expect(await whole(company)).toEqual(before)
})

test('DB-2: an equal posting of another owner or company is not equal', async () => {
  await stored({ a: 'Baker' })
  const other = await stored({ b: 'Cook' })
  const visit = await other.begin()
  expect(await isEqual(other, visit, ['a', 'Baker'])).toBe(false)
})

test('an item whose id has characters that Postgres cannot store is found equal', async () => {
  const company = await stored({ 'a\0': 'Baker' })
  expect(await isEqual(company, await company.begin(), ['a\0', 'Baker'])).toBe(true)
})

test('a digest is void once a version without digests has written the posting', async () => {
  const company = await stored({ a: 'Baker' })
  const older = await company.begin()
  // A version without digests raises `visit`, and leaves the digest as it was.
  await db.query(`UPDATE postings SET title = 'Cook', visit = $2 WHERE owner = $1`, [
    company.owner,
    older,
  ])
  const visit = await company.begin()
  expect(await isEqual(company, visit, ['a', 'Baker'])).toBe(false)
  await recorder(db, company.owner)(readRow('a', visit, 'Baker'))
  expect(await isEqual(company, await company.begin(), ['a', 'Baker'])).toBe(true)
})

test('PLAN-5: a posting that is crawled after it was read from its listing has no digest any more', async () => {
  const company = await stored({ a: 'Baker' })
  await recorder(db, company.owner)(readyRow('a', { visit: await company.begin() }))
  expect(await isEqual(company, await company.begin(), ['a', 'Baker'])).toBe(false)
})

test('PLAN-5: an older visit that writes after a newer one found the posting equal changes nothing', async () => {
  const company = await stored({ a: 'Baker' })
  const [older, newer] = [await company.begin(), await company.begin()]
  expect(await isEqual(company, older, ['a', 'Cook'])).toBe(false)
  expect(await isEqual(company, newer, ['a', 'Baker'])).toBe(true)
  const { won } = await recorder(db, company.owner)(readRow('a', older, 'Cook'))
  expect(won).toMatchObject([{ outcome: 'unchanged' }])
  await recorder(db, company.owner)(unchangedRow('a', newer))
  expect(await company.row('a')).toMatchObject({ title: 'Baker', visit: newer })
})

test('PLAN-5: a newer visit that writes after an older one found the posting equal keeps what it wrote', async () => {
  const company = await stored({ a: 'Baker' })
  const [older, newer] = [await company.begin(), await company.begin()]
  expect(await isEqual(company, older, ['a', 'Baker'])).toBe(true)
  await company.list(newer, 'a')
  await recorder(db, company.owner)(readRow('a', newer, 'Cook'))
  await recorder(db, company.owner)(unchangedRow('a', older))
  expect(await isEqual(company, older, ['a', 'Cook'])).toBe(false)
  expect(await company.row('a')).toMatchObject({ title: 'Cook', visit: newer })
})

test('PLAN-4, PLAN-5: an equal posting has no misses any more', async () => {
  const company = await stored({ a: 'Baker' })
  const twice = { misses: 2, hold_percent: 100 }
  await company.end(await company.begin(), 'complete', twice)
  expect(await company.row('a')).toMatchObject({ status: 'open', misses: 1, missed_visit: 2 })
  expect(await isEqual(company, await company.begin(), ['a', 'Baker'])).toBe(true)
  expect(await company.row('a')).toMatchObject({ status: 'open', misses: 0, missed_visit: null })
})

test('PLAN-4: a posting that a newer listing lacks stays expired, whatever an earlier visit found equal', async () => {
  const company = await stored({ a: 'Baker' })
  const earlier = await company.begin()
  expect(await isEqual(company, earlier, ['a', 'Baker'])).toBe(true)
  await company.end(earlier)
  await company.end(await company.begin())
  await recorder(db, company.owner)(unchangedRow('a', earlier))
  expect(await company.row('a')).toMatchObject({ status: 'expired', visit: earlier })
})

test('PLAN-4: a posting that expired before its listing has it again is open with its content', async () => {
  const company = await stored({ a: 'Baker' })
  await company.end(await company.begin())
  const back = await company.begin()
  expect(await isEqual(company, back, ['a', 'Baker'])).toBe(false)
  const { won } = await recorder(db, company.owner)(readRow('a', back, 'Baker'))
  expect(won).toMatchObject([{ outcome: 'changed' }])
  expect(await company.row('a')).toMatchObject({ status: 'open', title: 'Baker', dated: false })
  expect(await isEqual(company, await company.begin(), ['a', 'Baker'])).toBe(true)
})

test('PLAN-4: a posting that a newer, overlapping visit had expired is open and equal when this visit lists it', async () => {
  const company = await stored({ a: 'Baker' })
  const [older, newer] = [await company.begin(), await company.begin()]
  await company.end(newer)
  expect(await company.ids('expired')).toEqual(['a'])
  expect(await isEqual(company, older, ['a', 'Baker'])).toBe(true)
  expect(await company.row('a')).toMatchObject({ status: 'open', misses: 0 })
})

test('a visit of an equal posting leaves its descriptions where they are, outside the row', async ({
  skip,
}) => {
  const [server] = await db.query(
    `SELECT current_setting('server_version_num')::int AS version`,
    [],
  )
  skip(Number(server?.['version']) < 170_000, 'Postgres before 17 does not say where a value is')
  const company = new VisitedCompany(db)
  const text = Array.from({ length: 400 }, (_, n) => `word ${n}`).join(' ')
  const posting = { description_html: `<p>${text}</p>`, description_text: text }
  const row = readyRow('a', { visit: await company.begin(), posting })
  await recorder(
    db,
    company.owner,
  )({
    ...row,
    result: { ...Object(row.result), digest: digest('a') },
  })
  const places = () =>
    db.query(
      `SELECT pg_column_toast_chunk_id(description_html) AS html,
        pg_column_toast_chunk_id(description_text) AS text FROM postings WHERE owner = $1`,
      [company.owner],
    )
  const before = await places()
  expect(before).toEqual([{ html: expect.anything(), text: expect.anything() }])
  expect(await isEqual(company, await company.begin(), ['a', 'a'])).toBe(true)
  expect(await places()).toEqual(before)
})

/** Each visit lists `a` with one text. A turn is the next step of one visit: it lists, or its job writes. */
const texts = fc.array(fc.constantFrom('Baker', 'Cook', 'Driver'), { minLength: 2, maxLength: 4 })

test('PLAN-5: in any order of lists and results, and with repeated ones, the newest visit that is through decides the content', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.infiniteStream(fc.nat(11)), async (said, turns) => {
      const company = await stored({ a: 'Baker' })
      const visits: { visit: number; text: string; steps: (() => Promise<unknown>)[] }[] = []
      for (const text of said) {
        const visit = await company.begin()
        let equal = false
        const list = async () => (equal = await isEqual(company, visit, ['a', text]))
        const record = () =>
          recorder(db, company.owner)(equal ? unchangedRow('a', visit) : readRow('a', visit, text))
        visits.push({ visit, text, steps: [list, record, record] })
      }
      let newest = { visit: 1, text: 'Baker' }
      while (visits.some(({ steps }) => steps.length > 0)) {
        const open = visits.filter(({ steps }) => steps.length > 0)
        const one = open[(turns.next().value ?? 0) % open.length]
        await one?.steps.shift()?.()
        if (one?.steps.length === 1 && one.visit > newest.visit) newest = one
        const row = await company.row('a')
        expect(row).toMatchObject({ status: 'open' })
        const owner = Number(row?.['visit'])
        expect(owner).toBeGreaterThanOrEqual(newest.visit)
        // A visit that has only listed an equal posting owns it already.
        expect(row?.['title']).toBe(visits.find(({ visit }) => visit === owner)?.text ?? 'Baker')
      }
      expect(await company.row('a')).toMatchObject({ title: said.at(-1), visit: said.length + 1 })
    }),
    { numRuns: 25 },
  )
})

test('simultaneous visits that list and write the same postings wait for one another and end', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `p-${n}`)
  const company = await stored(Object.fromEntries(ids.map((id) => [id, 'Baker'])))
  const visits = [await company.begin(), await company.begin(), await company.begin()]
  await Promise.all(
    visits.map(async (visit, n) => {
      const order = n % 2 === 0 ? ids : ids.toReversed()
      const items = order.map((external_id) => ({ external_id, digest: digest('Baker') }))
      const equal = company.compare(visit, items)
      const rows = order.map((id) => readRow(id, visit, n === 2 ? 'Baker' : 'Cook'))
      await Promise.all([equal, recorder(db, company.owner)(...rows)])
    }),
  )
  const rows = await whole(company)
  expect(rows.filter(({ title, visit }) => title !== 'Baker' || visit !== visits[2])).toEqual([])
})
