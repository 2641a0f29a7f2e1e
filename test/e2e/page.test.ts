import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { Company } from '../../src/protocol/company.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { JobPage } from '../../src/protocol/run.ts'
import { DISTANCE_TO_END, SCROLLED } from '../support/log-list.ts'
import { addEndpoint } from '../support/notices-page.ts'
import { holdAnswers, tellSites } from '../support/own-sites.ts'
import { tourFaults } from '../support/page-tour.ts'
import { Picture, PLAIN } from '../support/plain-page.ts'
import { card, cards, connection, standing, startOnPage } from '../support/run-page.ts'
import { changeSchedule, makeSchedule, runAndDelete } from '../support/schedules-page.ts'
import { Screens } from '../support/screens.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { askToBeTold, toldEnd } from '../support/told-end.ts'
import { sampleCompanies, User } from '../support/user.ts'

let stack: Stack
let screens: Screens
/** The user of the page. */
let you: User

beforeAll(async () => {
  stack = await startStack()
  screens = await Screens.open(stack)
  you = await User.of(stack, 'you')
})

afterAll(async () => {
  await screens?.close()
  await stack?.close()
})

afterEach(({ task }) => screens.clear(task.result?.state === 'fail'))

const openPage = (path: string) => screens.show(path)

async function expectFit(page: Page, name: string): Promise<void> {
  expect(await screens.faults(page, name)).toEqual([])
}

async function control(change: object): Promise<void> {
  expect((await tellSites({ origin: stack.sites }, change)).status).toBe(200)
}

test('W-4: a run started on the page is watched, shown again after a refresh, and summed up', async () => {
  await holdAnswers({ origin: stack.sites }, { from: 4, of: 6 })
  const page = await openPage('/')
  await page.getByRole('slider').waitFor()
  await expectFit(page, 'start')

  const run_id = await startOnPage(page, 6)
  const first = card(page, 1).getByText('50 / 50')
  await first.waitFor()
  await expect(connection(page).textContent()).resolves.toBe('live (stream)')
  await page
    .getByTestId('unread')
    .getByText(/^so far: \d of 6 job lists read$/)
    .waitFor()
  await expectFit(page, 'running')
  expect(
    await page.getByTestId('unread-part').count(),
    'unread lists are never shown as done',
  ).toBe(1)

  // The page cannot read the run itself, so only the stream can fill the cards again.
  await page.route(`**/api/runs/${run_id}`, (route) => route.abort())
  await page.reload()
  await first.waitFor()
  await page.unroute(`**/api/runs/${run_id}`)
  expect(await page.title(), 'job lists are still to be read').toMatch(/^[1-9]\d? % · /)
  const sign = await page.locator('link[rel=icon]').getAttribute('href')
  expect((await page.request.get(`${stack.origin}${sign}`)).headers()['content-type']).toBe(
    'image/svg+xml',
  )
  expect(sign).toMatch(/progress-\d+\.svg$/)
  const status = (await you.view(run_id)).status
  expect(status, 'the refresh fell into the run').toBe('ingesting')

  const second = await page.context().newPage()
  const streams: string[] = []
  second.on('request', (request) => {
    if (request.url().includes('/stream')) streams.push(request.url())
  })
  await second.goto(page.url())
  await connection(second).filter({ hasText: 'live (stream)' }).waitFor()
  expect(streams, 'tabs share one connection').toEqual([])
  await control({ latency_ms: 0 })
  for (const tab of [page, second]) {
    await tab.getByRole('heading', { name: 'Summary' }).waitFor()
    expect(await connection(tab).textContent()).toBe('ended')
    expect(await tab.getByRole('button', { name: 'Abort' }).count()).toBe(0)
    expect(await tab.getByTestId('total').textContent()).toBe('250 of 250 done')
    expect(await tab.getByTestId('unread').count()).toBe(0)
  }
  expect(await cards(second)).toEqual(await cards(page))
  expect(await card(page, 3).innerText()).toContain('could not be read')

  const log = page.getByRole('list', { name: 'Lines of the log' })
  const words = '1 of 6 companies could not be read'
  await log.getByText(`The run finished with problems: ${words}, 250 ready.`).waitFor()
  expect(await standing(page).textContent()).toBe('finished with problems')
  expect(await page.title()).toBe('finished with problems · 6 companies · Runcast')
  const problems = await page.getByTestId('problems').innerText()
  expect(problems).toContain(`Finished with problems: ${words}.`)
  const [, , third] = await sampleCompanies(stack)
  expect(problems).toContain(`Could not be read: ${third?.name} (board_not_found)`)
  const failure = log.getByRole('listitem').filter({ hasText: 'The job list could not be read' })
  expect(await failure.getByText('error', { exact: true }).count()).toBe(1)

  const { snapshot } = await you.view(run_id)
  expect(snapshot).toMatchObject({ total: 250, ready: 250, groups_closed: 5, groups_failed: 1 })
  expect(snapshot?.gone).toBe(0)
  const figures = await page.locator('dl > div').allInnerTexts()
  expect(figures).toEqual(
    expect.arrayContaining(['total\n250', 'ready\n250', 'companies failed\n1']),
  )

  await page.getByRole('link', { name: 'Gone 0' }).waitFor()
  await card(page, 2).getByRole('button').click()
  const jobs = page.getByRole('list', { name: /^Postings of/ })
  expect(await jobs.getByRole('listitem').count()).toBe(50)
  await expectFit(page, 'finished')

  await page.getByRole('link', { name: 'Runcast' }).click()
  const past = page.getByRole('region', { name: 'Past runs' })
  const row = past.getByRole('listitem').filter({ hasText: '6 companies' }).first()
  await row.getByText('finished with problems').waitFor()
  await row.getByText('250 of 250 postings ready, 1 company could not be read').waitFor()
  await expectFit(page, 'past-runs')
  await row.getByRole('link').click()
  await page.waitForURL(`**/runs/${run_id}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()

  await control({ board: 'company-3', fault: null })
  await page.getByRole('button', { name: 'Retry what failed (1)' }).click()
  await page.getByTestId('total').getByText('300 of 300 done').waitFor()
  await standing(page).getByText('finished', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Retry what failed' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Run again' }).click()
  await page.waitForURL(
    (url) => /\/runs\/[0-9a-f]{32}$/.test(url.href) && !url.href.endsWith(run_id),
  )
  await page.getByTestId('total').getByText('300 of 300 done').waitFor()
})

test('RUN-2, RUN-8: the page pauses and resumes a run, and aborts a run after a second question', async () => {
  await holdAnswers({ origin: stack.sites }, { from: 4, of: 4 })
  const page = await openPage('/')
  await startOnPage(page, 4)
  await card(page, 1).getByText('50 / 50').waitFor()
  await card(page, 3).getByText('could not be read').waitFor()

  await page.getByRole('button', { name: 'Pause' }).press('Enter')
  await standing(page).getByText('paused', { exact: true }).waitFor()
  await page.getByText('The run was paused by you.').waitFor()
  await page.getByRole('button', { name: 'Resume' }).press('Enter')
  await standing(page).getByText('ingesting').waitFor()
  await page.getByRole('button', { name: 'Abort' }).click()
  await expectFit(page, 'abort')
  await page.getByRole('button', { name: 'Keep it running' }).click()
  // The run stands still. After a minute, which a busy machine may take up to here, a socket follows it.
  expect(await connection(page).textContent()).toMatch(/^live \((stream|socket)\)$/)
  await askToBeTold(page)
  await page.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('button', { name: 'Abort the run' }).click()

  await page.getByText(/^Aborted by you/).waitFor()
  expect(await toldEnd(page)).toEqual([['4 companies', 'The run is aborted.']])
  expect(await connection(page).textContent()).toBe('ended')
  expect(await page.getByRole('button', { name: 'Abort' }).count()).toBe(0)
  expect(await standing(page).textContent()).toBe('aborted')
  expect(await card(page, 3).innerText()).toContain('could not be read')
  expect(await card(page, 4).innerText()).toContain(
    'The run was aborted before the job list was read',
  )
  expect(await card(page, 4).innerText()).not.toContain('failed')
  const problems = await page.getByTestId('problems').innerText()
  expect(problems).toContain('1 of 4 companies could not be read, 1 of 4 companies aborted.')
  const figures = await page.locator('dl > div').allInnerTexts()
  expect(figures).toEqual(
    expect.arrayContaining(['companies read\n2', 'companies failed\n1', 'companies aborted\n1']),
  )
  await expectFit(page, 'aborted')
})

/** A sample company whose postings all have pages of their own. */
function siteOf(number: number): Company {
  const name = `company-${number}`
  const source = { type: 'site', url: `${stack.sites}/sites/${name}/careers` }
  return Company.parse({ slug: `${name}-site`, name, source })
}

test('EV-5, EV-6: the page shows what jobs do, the rate of the run and its remaining time', async () => {
  // Nine pages come one byte at a time, and all others at once.
  await control({ board: 'company-7', fault: 'page-drip', at: '/jobs/400700000', latency_ms: 300 })
  // A rate is told of the last half minute, so the browser has loaded the page before the run starts.
  const page = await openPage('/nowhere')
  const run_id = await you.start([siteOf(7)])
  await page.goto(`${stack.origin}/runs/${run_id}`)
  await page
    .getByTestId('eta')
    .getByText(/^about \d+ (s|min) left/)
    .waitFor()
  await page
    .getByTestId('rate')
    .getByText(/^[\d.]+ postings? a (second|minute)$/)
    .waitFor()
  await card(page, 1).getByRole('button').click()
  const jobs = page.getByRole('list', { name: /^Postings of/ })
  await jobs.getByText("Reading the posting's page from").first().waitFor()
  await expectFit(page, 'going')
  await page.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('button', { name: 'Abort the run' }).click()
  await page.getByText(/^Aborted by you/).waitFor()
  expect(await page.getByTestId('eta').count()).toBe(0)
})

/**
 * Evaluates the script by the browser, because the page's Content-Security-Policy forbids scripts from
 * texts.
 */
async function untilAtEnd(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(DISTANCE_TO_END)).toBeLessThan(2)
}

test('EV-7: the log stays at its end until a person scrolls it, and loads the lines that the stream left out', async () => {
  await control({ latency_ms: 0, fault: null })
  await control({ board: 'company-1', fault: 'empty-list' })
  // Each company has a line of the log. The stream leaves all but the last 200 out.
  const [board] = await sampleCompanies(stack)
  const companies = Array.from({ length: 230 }, (_, n) =>
    Company.parse({ ...board, slug: `log-${n}` }),
  )
  const run_id = await you.start(companies)
  const page = await openPage(`/runs/${run_id}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  await page.reload()
  const log = page.getByRole('list', { name: 'Lines of the log' })
  const missing = log.getByRole('button', { name: /^Load .*missing lines$/ })
  await missing.click()
  await log.getByText('The run ended in error: 230 of 230 companies could not be read.').waitFor()
  await missing.waitFor({ state: 'detached' })
  await untilAtEnd(page)

  await log.focus()
  await page.keyboard.press('Home')
  // A key scrolls smoothly. A button that is clicked during that would be scrolled away.
  await expect.poll(() => page.evaluate(SCROLLED)).toBe(0)
  const back = page.getByRole('button', { name: 'To the newest' })
  await back.click()
  await untilAtEnd(page)
  expect(await back.count()).toBe(0)
  await log.press('Home')
  await back.waitFor()
  await expectFit(page, 'log')
})

test('PLAN-4: a person decides on the page about postings that are held because too many are missing', async () => {
  await control({ latency_ms: 0, fault: null })
  const companies = (await sampleCompanies(stack)).slice(8, 10)
  const first = await openPage(`/runs/${await you.start(companies)}`)
  await first.getByRole('heading', { name: 'Summary' }).waitFor()
  for (const board of ['company-9', 'company-10']) await control({ board, fault: 'empty' })
  const page = await openPage(`/runs/${await you.start(companies)}`)
  await page.getByRole('heading', { name: 'Gone from their listing' }).waitFor()
  await page.getByText('50 of 50 open postings are no longer listed.').first().waitFor()
  await standing(page).filter({ hasText: 'finished with problems' }).waitFor()
  const problems = page.getByTestId('problems')
  expect(await problems.innerText()).toContain('2 expiries are held for a decision')
  await expectFit(page, 'held')
  const [ninth, tenth] = companies.map(({ name }) => name)
  await page.getByRole('button', { name: `Keep them open: ${ninth}` }).press('Enter')
  await page.getByRole('button', { name: `Undo: ${ninth}` }).press('Enter')
  await page.getByRole('button', { name: `Expire them: ${ninth}` }).click()
  await page.getByRole('button', { name: `Do it now: ${ninth}` }).click()
  await page.getByText('They have expired.').waitFor()
  await page.getByRole('button', { name: `Keep them open: ${tenth}` }).click()
  await page.getByText('They stay open.', { exact: true }).waitFor()
  expect(await standing(page).textContent()).toBe('finished')
  expect(await problems.count()).toBe(0)
  const open = await Promise.all(companies.map(({ slug }) => you.openPostings(slug)))
  expect(open).toEqual([0, 50])
  await page.reload()
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
})

test('the page explains what is refused or missing, and keys lead on from there', async () => {
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

  await page.keyboard.press('Control+k')
  await page.keyboard.type('settings')
  await page.getByRole('option', { name: 'Settings' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
})

test('SCH-1, SCH-5, NOTE-4: a person makes, changes, runs and deletes a schedule on the page, and adds an endpoint', async () => {
  await control({ latency_ms: 0, fault: null })
  const [company] = await sampleCompanies(stack)
  await you.post('/api/companies', company)
  const page = await openPage('/nowhere')
  await makeSchedule(page, stack.origin, company?.slug ?? '')
  await changeSchedule(page, company?.name ?? '')
  await runAndDelete(page)
  expect(await (await you.get('/api/schedules')).json()).toEqual({ schedules: [] })
  await addEndpoint(page, stack.origin)
})

test('every page fits everybody at every width, in light and in dark colours', async () => {
  await control({ latency_ms: 0, fault: null })
  await control({ board: 'company-12', fault: '404' })
  const companies = (await sampleCompanies(stack)).slice(10, 12)
  const [company] = companies
  await you.post('/api/companies', company)
  const page = await openPage(`/runs/${await you.start(companies)}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  const run_id = RunId.parse(page.url().slice(-32))
  const { origin } = stack
  const tour = { screens, page, origin, run_id, company: company?.slug ?? '' }
  expect(await tourFaults(tour)).toEqual([])
})

test('W-5: the page changes to a socket if streams are held back, and its policy allows that', async () => {
  await holdAnswers({ origin: stack.sites }, { from: 1, of: 1 })
  const run_id = await you.start((await sampleCompanies(stack)).slice(0, 1))
  const page = await openPage('/nowhere')
  await page.route('**/stream?*', (route) => route.abort())
  await page.goto(`${stack.origin}/runs/${run_id}`)
  await connection(page).filter({ hasText: 'live (socket)' }).waitFor()
  await control({ latency_ms: 0 })
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  expect(await connection(page).textContent()).toBe('ended')
})

test('the page asks for a token if it is given none, and says when the server refused one', async () => {
  const page = await openPage('/nowhere')
  await page.route('**/api/dev/token', (route) => route.fulfill({ status: 401 }))
  // The page that is open may still store a token that it asked for.
  await page.addInitScript('sessionStorage.clear()')
  await page.goto(`${stack.origin}/`)
  await page.getByRole('heading', { name: 'Enter your token' }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  await expectFit(page, 'token')
  await page.getByRole('textbox').fill('no token')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('alert').filter({ hasText: 'The server refused the token.' }).waitFor()
  await expectFit(page, 'token-refused')
  await page.getByRole('textbox').fill(you.token)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('slider').waitFor()
  expect(await page.getByRole('heading', { name: 'Enter your token' }).count()).toBe(0)
})

test('EV-8: twenty lines with a plain EventSource show a right picture to the end', async () => {
  await control({ latency_ms: 500, fault: null })
  const page = await openPage('/nowhere')
  await page.route('**/plain', (route) => route.fulfill({ body: PLAIN, contentType: 'text/html' }))
  await page.goto(`${stack.origin}/plain`)

  const run_id = await you.start()
  await page.evaluate(`watch('${run_id}', '${you.token}')`)
  await page.waitForFunction(`picture.status === 'finished'`)

  const picture = Picture.parse(await page.evaluate('picture'))
  const answer = await you.get(`/api/runs/${run_id}/jobs?limit=1000`)
  const { jobs, next_cursor } = JobPage.parse(await answer.json())
  expect(next_cursor).toBeNull()
  expect(jobs).toHaveLength(1_000)
  const truth = jobs.map(({ group, external_id, status }) => [`${group} ${external_id}`, status])
  expect(picture.jobs).toEqual(Object.fromEntries(truth))
  expect(picture.updates).toBeGreaterThan(0)
})
