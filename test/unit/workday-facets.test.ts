import { expect, test } from 'vitest'

import { type Facet, readFaceted } from '../../src/pipelines/ingestion/sources/workday-facets.ts'

const CAP = 6

type Job = { readonly id: string; readonly [facet: string]: string }

/** A tenant that counts at most CAP postings, and repeats its first page beyond them. */
function tenant(jobs: readonly Job[], names: readonly string[]) {
  const asked: string[] = []
  const read = async (applied: Readonly<Record<string, readonly string[]>>, offset: number) => {
    asked.push(`${JSON.stringify(applied)} ${offset}`)
    const found = jobs.filter((job) =>
      Object.entries(applied).every(([facet, values]) => values.includes(job[facet] ?? '')),
    )
    const at = offset >= CAP ? 0 : offset
    const facets = names.map((name): Facet => {
      const counts = Map.groupBy(found, (job) => job[name] ?? '')
      const values = [...counts].flatMap(([id, { length }]) =>
        id === '' ? [] : [{ id, count: length }],
      )
      return { name, values }
    })
    return { items: found.slice(at, at + 2), total: Math.min(CAP, found.length), facets }
  }
  const idOf = JSON.stringify
  return { asked, list: { cap: CAP, pages: 250, read, idOf } }
}

function jobsOf(count: number, fields: (index: number) => Record<string, string>): Job[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${index}`, ...fields(index) }))
}

test('a list below the cap is read page by page, undivided', async () => {
  const { list, asked } = tenant(
    jobsOf(5, () => ({})),
    [],
  )
  const { items, incomplete } = await readFaceted(list)
  expect([items.length, incomplete]).toEqual([5, null])
  expect(asked.every((one) => one.startsWith('{}'))).toBe(true)
})

test('a list at the cap is read in parts, a part at the cap in parts of its own, and each posting once', async () => {
  const jobs = jobsOf(13, (index) => ({
    jobFamilyGroup: index < 9 ? 'engineering' : 'sales',
    timeType: index % 2 === 0 ? 'full' : 'part',
  }))
  const { list, asked } = tenant(jobs, ['jobFamilyGroup', 'timeType'])
  const { items, incomplete } = await readFaceted(list)
  expect([items.length, new Set(items).size, incomplete]).toEqual([13, 13, null])
  expect(asked).toContain('{"timeType":["full"],"jobFamilyGroup":["engineering"]} 0')
})

test('a part at the cap that no facet divides makes the list incomplete', async () => {
  const jobs = jobsOf(20, (index) => ({ jobFamilyGroup: index < 12 ? 'engineering' : 'sales' }))
  const { list } = tenant(jobs, ['jobFamilyGroup'])
  expect((await readFaceted(list)).incomplete).toMatch(/more postings than one search counts/)
})

test('postings without a value of the facet are missed, and the count of another facet tells', async () => {
  const jobs = jobsOf(10, (index) => ({
    jobFamilyGroup: index < 3 ? 'a' : index < 6 ? 'b' : '',
    timeType: index === 0 ? 'part' : 'full',
  }))
  const { list } = tenant(jobs, ['jobFamilyGroup', 'timeType'])
  expect((await readFaceted(list)).incomplete).toBe(
    "The board's facets count 10 postings, but its job list holds 6.",
  )
})

test('no list asks for more pages than it may', async () => {
  const jobs = jobsOf(2_000, (index) => ({ timeType: `${index % 400}` }))
  const { list, asked } = tenant(jobs, ['timeType'])
  const { incomplete } = await readFaceted(list)
  expect(incomplete).toMatch(/more than 250 pages/)
  expect(asked.length).toBeLessThanOrEqual(250)
})
