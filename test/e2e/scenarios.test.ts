import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import Papa from 'papaparse'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Answer, type Board, startBoard } from '../support/board.ts'
import { Screens } from '../support/screens.ts'
import { startStack, type Stack } from '../support/stack.ts'

const COMPANIES = 40

let sites: Board
let stack: Stack
let screens: Screens
/** The companies whose sites have a posting more since. */
const grown = new Set<number>()

beforeAll(async () => {
  sites = await startBoard(({ pathname }, _, origin) => siteAnswer(pathname, origin))
  stack = await startStack({ env: { RUNCAST_EGRESS_ALLOW: sites.origin } })
  screens = await Screens.open(stack)
})

afterAll(async () => {
  await screens?.close()
  await stack?.close()
  await sites?.close()
})

afterEach(({ task }) => screens.clear(task.result?.state === 'fail'))

/** Forty career sites: a page with links, and a page with structured data for each posting. */
function siteAnswer(pathname: string, origin: string): Answer {
  const [, company = '', id] = /^\/company-(\d+)\/(?:jobs\/(\d+))?$/.exec(pathname) ?? []
  if (company === '') return { status: 404 }
  const body =
    id === undefined ? careersPage(Number(company)) : postingPage({ company, id, origin })
  return { headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

function careersPage(company: number): string {
  const ids = grown.has(company) ? [1, 2, 3] : [1, 2]
  const links = ids.map((id) => `<li><a href="jobs/${id}">Position ${id}</a></li>`).join('')
  return `<!doctype html><title>Careers at Company ${company}</title><ul>${links}</ul>`
}

function postingPage(given: { company: string; id: string; origin: string }): string {
  const { company, id, origin } = given
  const posting = {
    '@context': 'https://schema.org',
    '@type': 'JobPosting',
    title: `Position ${id} of company ${company}`,
    description: `<p>What one does in position ${id} at company ${company}.</p>`,
    datePosted: '2026-11-01',
    hiringOrganization: { '@type': 'Organization', name: `Company ${company}` },
    url: `${origin}/company-${company}/jobs/${id}`,
  }
  return `<!doctype html><script type="application/ld+json">${JSON.stringify(posting)}</script>`
}

/** Runs a step of a scenario, and prints how long a person waits for the step. */
async function step<T>(words: string, act: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const done = await act()
  process.stderr.write(`${words}: ${((performance.now() - begun) / 1_000).toFixed(1)} s\n`)
  return done
}

const SAMPLES = join(import.meta.dirname, '../../samples/documents')

const PASSAGE = 'subcontractors may be brought in only after'

/** Thirty files: the sample documents, and letters to and fro, each about a day of its own. */
async function thirtyFiles() {
  const names = await readdir(SAMPLES)
  const samples = names.map(async (name) => {
    return { name, mimeType: '', buffer: await readFile(join(SAMPLES, name)) }
  })
  const letters = Array.from({ length: 30 - names.length }, (_, n) => ({
    name: `letter-${n + 1}.txt`,
    mimeType: 'text/plain',
    buffer: Buffer.from(`Letter ${n + 1}\n\nThank you for your letter of ${n + 1} May.`),
  }))
  return [...(await Promise.all(samples)), ...letters]
}

/** Exports what the page shows, and returns the rows of the CSV. */
async function savedCsv(page: Page): Promise<readonly Record<string, string>[]> {
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'CSV' }).click(),
  ])
  const csv = (await text(await file.createReadStream())).replace(/^\uFEFF/, '').trim()
  return Papa.parse<Record<string, string>>(csv, { header: true }).data
}

test('forty addresses become a CSV of what is new since the last run', async () => {
  const page = await screens.show('/companies')
  await page.getByRole('link', { name: 'Add companies' }).click()
  const addresses = Array.from({ length: COMPANIES }, (_, n) => `${sites.origin}/company-${n + 1}/`)
  await page.getByLabel('Addresses of career pages').fill(addresses.join('\n'))
  await step('forty addresses are looked at', async () => {
    await page.getByRole('button', { name: 'Find how they are read' }).click()
    await page.getByRole('heading', { name: `${COMPANIES} companies found` }).waitFor()
  })
  await step('forty companies are saved and read', async () => {
    await page.getByRole('button', { name: 'Save and run' }).click()
    await page.getByRole('heading', { name: 'Summary' }).waitFor()
  })
  await page.getByText('80 of 80 postings').first().waitFor()

  for (const company of [3, 17, 40]) grown.add(company)
  await step('they are read again', async () => {
    const before = page.url()
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.waitForURL((url) => url.href !== before)
    await page.getByRole('heading', { name: 'Summary' }).waitFor()
  })
  const news = page.getByRole('list', { name: 'Outcomes' }).getByRole('link', { name: /^New/ })
  expect(await news.innerText()).toMatch(/\b3$/)
  await page.getByRole('link', { name: 'Postings that are new' }).click()
  await page.getByRole('link', { name: 'Position 3 of company 17' }).waitFor()
  const csv = await step('what is new is saved as a CSV', () => savedCsv(page))
  const titles = [17, 3, 40].map((company) => `Position 3 of company ${company}`)
  expect(csv.map(({ title }) => title).toSorted()).toEqual(titles)

  await page.goBack()
  await news.click()
  const items = await savedCsv(page)
  expect(items.map(({ title }) => title).toSorted()).toEqual(titles)
  expect(items[0]).toMatchObject({ status: 'ready', outcome: 'new', error: '' })
  await page.goto(`${stack.origin}/companies`)
  const companies = await savedCsv(page)
  expect(companies).toHaveLength(COMPANIES)
  expect(companies.filter(({ open_postings }) => open_postings === '3')).toHaveLength(3)
})

test('thirty files become a passage that can be cited', async () => {
  const page = await screens.show('/matters')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByLabel('A matter').fill('Doe v. Roe')
  await page.getByRole('button', { name: 'Open' }).click()
  const files = await thirtyFiles()
  await step('thirty files are read', async () => {
    await page.getByLabel('Drop files here').setInputFiles(files)
    await page.getByText('30 of 30 documents done', { exact: true }).waitFor()
  })
  await page
    .getByLabel('Question or words')
    .fill('May confidential information be passed on to subcontractors?')
  await step('a question has an answer', async () => {
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Hits' }).getByText('mutual-nda.md').first().waitFor()
  })
  await step('the passage is shown, and its citation copied', async () => {
    const hits = page.getByRole('region', { name: 'Hits' }).getByRole('listitem')
    await hits.filter({ hasText: 'Sister companies' }).last().getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: 'mutual-nda.md' }).waitFor()
    await page.getByRole('button', { name: 'Copy citation' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
  })
  const citation = String(await page.evaluate('navigator.clipboard.readText()'))
  expect(citation).toContain(PASSAGE)
  const [link = ''] = /https?:[^)]*/.exec(citation) ?? []
  await page.goto(link)
  const cited = page.locator('[aria-current=true]', { hasText: PASSAGE })
  await cited.first().waitFor()
})
