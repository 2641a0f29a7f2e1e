import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'

import { JobPage, RunStarted, RunView } from '../../src/protocol/run.ts'
import { violations } from '../support/axe.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { startStack, type Stack } from '../support/stack.ts'

let stack: Stack
let chromium: TestBrowser
let pictures: string
let failed = false

beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'runcast-pictures-'))
  stack = await startStack()
  chromium = await openBrowser()
}, 120_000)

afterAll(async () => {
  await chromium?.close()
  await stack?.close()
  if (failed) process.stderr.write(`what the page looked like: ${pictures}\n`)
  else await rm(pictures, { recursive: true })
})

const errors: string[] = []
afterEach(async () => {
  await Promise.all(chromium.browser.contexts().map((context) => context.close()))
  if (errors.length > 0) throw new Error(`the page threw: ${errors.splice(0).join('; ')}`)
})

async function openPage(path: string): Promise<Page> {
  onTestFailed(() => {
    failed = true
  })
  const context = await chromium.browser.newContext({ viewport: { width: 1280, height: 860 } })
  context.on('weberror', (error) => errors.push(String(error.error())))
  const page = await context.newPage()
  await page.goto(`${stack.origin}${path}`)
  return page
}

/** The screen as it stands is fit for everybody, wide and narrow; its picture is kept. */
async function expectFit(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
  expect(await violations(page)).toEqual([])
  await page.setViewportSize({ width: 360, height: 740 })
  await page.screenshot({ path: join(pictures, `${name}-narrow.png`), fullPage: true })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  await page.setViewportSize({ width: 1280, height: 860 })
}

async function control(change: object): Promise<void> {
  const answer = await fetch(`${stack.sites}/control`, {
    method: 'POST',
    body: JSON.stringify(change),
  })
  expect(answer.status).toBe(200)
}

/** Each company answers a while after the one before it; company 3 has no listing. */
async function spreadAnswers(companies: number, apart_ms: number): Promise<void> {
  for (let number = 1; number <= companies; number++)
    await control({
      board: `company-${number}`,
      latency_ms: (number - 1) * apart_ms,
      fault: number === 3 ? '404' : null,
    })
}

async function token(): Promise<string> {
  const answer = await fetch(`${stack.origin}/api/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sub: 'you', expires_in: 3_600 }),
  })
  return z.object({ token: z.string() }).parse(await answer.json()).token
}

async function ask<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' }
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(`${stack.origin}${path}`, { headers, ...post })
  expect(answer.ok).toBe(true)
  return schema.parse(await answer.json())
}

async function startOnPage(page: Page, companies: number): Promise<string> {
  await page.getByRole('slider', { name: 'Sample companies' }).fill(String(companies))
  await page.getByRole('button', { name: 'Start the run' }).click()
  await page.waitForURL(/\/runs\/[0-9a-f]{32}$/)
  return page.url().slice(-32)
}

const card = (page: Page, number: number) => page.locator('[data-company]').nth(number - 1)
const cards = (page: Page) => page.locator('[data-company]').allInnerTexts()
const connection = (page: Page) => page.getByTestId('connection')

test('W-4: a run started on the page is watched, rebuilt by a refresh, and summed up', async () => {
  await spreadAnswers(6, 900)
  const page = await openPage('/')
  await page.getByRole('slider').waitFor()
  await expectFit(page, 'start')

  const run_id = await startOnPage(page, 6)
  const first = card(page, 1).getByText('50 / 50')
  await first.waitFor()
  await expect(connection(page).textContent()).resolves.toBe('live')
  await page
    .getByTestId('unread')
    .getByText(/^so far: \d of 6 listings read$/)
    .waitFor()
  await expectFit(page, 'running')

  // What the stream does not say is withheld, so that the stream alone rebuilds the cards.
  await page.route(`**/api/runs/${run_id}`, (route) => route.abort())
  await page.reload()
  await first.waitFor()
  await page.unroute(`**/api/runs/${run_id}`)
  const status = (await ask(`/api/runs/${run_id}`, RunView)).status
  expect(status, 'the refresh fell into the run').toBe('ingesting')

  const second = await page.context().newPage()
  await second.goto(page.url())
  for (const tab of [page, second]) {
    await tab.getByRole('heading', { name: 'Summary' }).waitFor()
    expect(await connection(tab).textContent()).toBe('ended')
    expect(await tab.getByRole('button', { name: 'Abort' }).isDisabled()).toBe(true)
    expect(await tab.getByTestId('total').textContent()).toBe('250 of 250 done')
    expect(await tab.getByTestId('unread').count()).toBe(0)
  }
  expect(await cards(second)).toEqual(await cards(page))
  expect(await card(page, 3).innerText()).toContain('listing failed')

  const { snapshot } = await ask(`/api/runs/${run_id}`, RunView)
  expect(snapshot).toMatchObject({ total: 250, ready: 250, groups_closed: 5, groups_failed: 1 })
  const figures = await page.locator('dl > div').allInnerTexts()
  expect(figures).toEqual(
    expect.arrayContaining(['total\n250', 'ready\n250', 'companies failed\n1']),
  )

  await card(page, 2).getByRole('button').click()
  const jobs = page.getByRole('list', { name: /^Jobs of/ })
  expect(await jobs.getByRole('listitem').count()).toBe(50)
  await expectFit(page, 'finished')

  await page.getByRole('link', { name: 'Runcast' }).click()
  await page.getByRole('link', { name: run_id.slice(0, 8) }).click()
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
}, 120_000)

test('RUN-2: the page aborts a run, after it asked once more', async () => {
  await spreadAnswers(4, 0)
  await control({ board: 'company-4', latency_ms: 60_000 })
  const page = await openPage('/')
  await startOnPage(page, 4)
  await card(page, 1).getByText('50 / 50').waitFor()

  await page.getByRole('button', { name: 'Abort' }).click()
  await expectFit(page, 'abort')
  await page.getByRole('button', { name: 'Go on with it' }).click()
  expect(await connection(page).textContent()).toBe('live')
  await page.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('button', { name: 'Abort the run' }).click()

  await page.getByText(/^Aborted by you/).waitFor()
  expect(await connection(page).textContent()).toBe('ended')
  expect(await page.getByRole('button', { name: 'Abort' }).isDisabled()).toBe(true)
  await expectFit(page, 'aborted')
}, 120_000)

test('what is refused or not there is said in words', async () => {
  const page = await openPage('/')
  await page.getByText('The companies as JSON').click()
  const field = page.getByLabel('A list of')
  await field.fill('[{"slug": "a b", "name": "A", "source": {"type": "none", "board": "a"}}]')
  await page.getByRole('button', { name: 'Start the run' }).click()
  const alert = page.getByRole('alert')
  await alert.waitFor()
  expect(await alert.innerText()).toContain('input.companies.0.slug')
  await expectFit(page, 'refused')

  await page.goto(`${stack.origin}/runs/${'0'.repeat(32)}`)
  await page.getByRole('heading', { name: 'No such run' }).waitFor()
  await expectFit(page, 'unknown-run')

  await page.goto(`${stack.origin}/nowhere`)
  await page.getByRole('heading', { name: 'No such page' }).waitFor()
  await expectFit(page, 'unknown-page')
}, 120_000)

/** All that a client needs, written by somebody who knows three events and nothing else of ours. */
const PLAIN = `<!doctype html><title>plain</title><script>
  const picture = { status: '', jobs: {}, updates: 0 }
  function watch(run_id, token) {
    const source = new EventSource('/api/runs/' + run_id + '/stream?token=' + token)
    source.addEventListener('status', ({ data }) => {
      picture.status = data
      if (['finished', 'error', 'aborted'].includes(data)) source.close()
    })
    source.addEventListener('all_jobs', ({ data }) => {
      picture.jobs = {}
      for (const [group, jobs] of Object.entries(JSON.parse(data)))
        for (const job of jobs) picture.jobs[group + ' ' + job.external_id] = job.status
    })
    source.addEventListener('update', ({ data }) => {
      picture.updates++
      for (const [group, jobs] of Object.entries(JSON.parse(data)))
        for (const id in jobs) picture.jobs[group + ' ' + id] = jobs[id]
    })
  }
</script>`

const Picture = z.object({
  status: z.string(),
  jobs: z.record(z.string(), z.string()),
  updates: z.number(),
})

test('EV-8: twenty lines with a plain EventSource show a right picture to the end', async () => {
  await control({ latency_ms: 500, fault: null })
  const page = await openPage('/nowhere')
  await page.route('**/plain', (route) => route.fulfill({ body: PLAIN, contentType: 'text/html' }))
  await page.goto(`${stack.origin}/plain`)

  const answer = await fetch(`${stack.sites}/companies.json`)
  const input = { companies: z.array(z.unknown()).parse(await answer.json()) }
  const { run_id } = await ask('/api/runs', RunStarted, { pipeline: 'ingestion', input })
  await page.evaluate(`watch('${run_id}', '${await token()}')`)
  await page.waitForFunction(`picture.status === 'finished'`)

  const picture = Picture.parse(await page.evaluate('picture'))
  const { jobs, next_cursor } = await ask(`/api/runs/${run_id}/jobs?limit=1000`, JobPage)
  expect(next_cursor).toBeNull()
  expect(jobs).toHaveLength(1_000)
  const truth = jobs.map(({ group, external_id, status }) => [`${group} ${external_id}`, status])
  expect(picture.jobs).toEqual(Object.fromEntries(truth))
  expect(picture.updates).toBeGreaterThan(0)
}, 60_000)
