import { expect, test } from 'vitest'
import { z } from 'zod'

import type { Sites } from '../../scripts/sites/server.ts'
import { startOwnSites, tellSites } from '../support/own-sites.ts'

const LeverPosting = z.looseObject({
  id: z.guid(),
  text: z.string(),
  createdAt: z.int().min(1_000_000_000_000),
  categories: z.looseObject({ location: z.string(), allLocations: z.array(z.string()) }),
  description: z.string(),
  additional: z.string(),
  lists: z.array(z.object({ text: z.string(), content: z.string() })),
  workplaceType: z.string(),
  hostedUrl: z.url(),
  applyUrl: z.url(),
})

const AshbyJob = z.looseObject({
  id: z.guid(),
  title: z.string(),
  isListed: z.boolean(),
  isRemote: z.boolean().nullable(),
  publishedAt: z.string().endsWith('+00:00'),
  secondaryLocations: z.array(z.looseObject({ location: z.string() })),
  address: z.object({ postalAddress: z.looseObject({}) }),
  descriptionHtml: z.string(),
  jobUrl: z.url(),
  applyUrl: z.url(),
})
const AshbyBoard = z.object({ jobs: z.array(AshbyJob), apiVersion: z.string() })

async function leverPostings(sites: Sites, query = '') {
  const address = `${sites.origin}/v0/postings/company-2?mode=json${query}`
  return z.array(LeverPosting).parse(await (await fetch(address)).json())
}

async function ashbyJobs(sites: Sites, query = '') {
  const address = `${sites.origin}/posting-api/job-board/company-2${query}`
  return AshbyBoard.parse(await (await fetch(address)).json()).jobs
}

/** Checks that some entries of the list have this quirk, and some do not. */
function some<T>(list: readonly T[], holds: (entry: T) => boolean): void {
  const count = list.filter(holds).length
  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(list.length)
}

test('Lever’s postings have its fields, some of them absent', async () => {
  const postings = await leverPostings(await startOwnSites({ companies: 2, postings: 40 }))
  expect(postings).toHaveLength(40)
  expect(new Set(postings.map(({ id }) => id)).size).toBe(40)
  some(postings, (posting) => 'salaryRange' in posting)
  some(postings, ({ categories }) => 'commitment' in categories)
  some(postings, ({ categories }) => categories.allLocations.length > 1)
  some(postings, ({ lists }) => lists.length === 0)
  some(postings, ({ workplaceType }) => workplaceType === 'remote')
  some(postings, ({ workplaceType }) => workplaceType === 'unspecified')
})

test('Lever’s skip and limit cut the list, and without mode=json the answer is a page', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 12 })
  const all = await leverPostings(sites)
  expect(await leverPostings(sites, '&skip=5&limit=4')).toEqual(all.slice(5, 9))
  expect(await leverPostings(sites, '&skip=12')).toEqual([])
  const page = await fetch(`${sites.origin}/v0/postings/company-2`)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
})

test('Ashby’s jobs have its fields, a few of them unlisted', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 40 })
  const jobs = await ashbyJobs(sites)
  expect(jobs.filter(({ isListed }) => !isListed)).toHaveLength(4)
  expect(jobs.every((job) => !('compensation' in job))).toBe(true)
  some(jobs, ({ secondaryLocations }) => secondaryLocations.length > 0)
  some(jobs, ({ address }) => 'addressCountry' in address.postalAddress)
  some(jobs, ({ title }) => title.endsWith(' '))
  some(jobs, ({ isRemote }) => isRemote === null)
  const paid = await ashbyJobs(sites, '?includeCompensation=true')
  some(paid, (job) => JSON.stringify(job['compensation']).includes('"currencyCode":"EUR"'))
})

test('a posting of either has a page at its address, and one to apply', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 3 })
  const [posting] = await leverPostings(sites)
  const [job] = await ashbyJobs(sites)
  const addresses = [posting?.hostedUrl, posting?.applyUrl, job?.jobUrl, job?.applyUrl]
  for (const address of addresses) {
    expect(await (await fetch(address ?? '')).text()).toContain('Reference&nbsp;2/1/1')
  }
  const other = posting?.hostedUrl.replace(/jobs\/./, 'jobs/x') ?? ''
  expect((await fetch(other)).status).toBe(404)
})

test('a visit brings new, changed and gone postings to each kind', async () => {
  const sites = await startOwnSites({ companies: 2, postings: 20 })
  const before = { lever: await leverPostings(sites), ashby: await ashbyJobs(sites) }
  await tellSites(sites, { board: 'company-2', visit: 2 })
  const after = { lever: await leverPostings(sites), ashby: await ashbyJobs(sites) }

  const texts = new Map(before.lever.map(({ id, description }) => [id, description]))
  const kept = after.lever.filter(({ id }) => texts.has(id))
  expect(kept).toHaveLength(18)
  expect(kept.filter(({ id, description }) => texts.get(id) !== description)).toHaveLength(2)
  expect(after.lever).toHaveLength(20)
  expect(listedIds(after.ashby)).toEqual(after.lever.map(({ id }) => id))
  expect(listedIds(before.ashby)).toEqual(before.lever.map(({ id }) => id))
})

function listedIds(jobs: Awaited<ReturnType<typeof ashbyJobs>>): string[] {
  return jobs.filter(({ isListed }) => isListed).map(({ id }) => id)
}
