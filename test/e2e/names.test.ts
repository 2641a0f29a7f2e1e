import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { RunId } from '../../src/protocol/ids.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { type Board, startBoard } from '../support/board.ts'
import { Screens } from '../support/screens.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { User } from '../support/user.ts'

/** A name of the greatest length, without a place to break it. */
const long = (name: string) => `${name}${'W'.repeat(200 - name.length)}`

let board: Board
let stack: Stack
let screens: Screens
/** The user of the page. */
let you: User

beforeAll(async () => {
  board = await startBoard(({ pathname }) =>
    pathname.includes('broken')
      ? { status: 500, body: long('broken') }
      : { body: JSON.stringify({ jobs: [1, 2, 3].map(posting), meta: { total: 3 } }) },
  )
  stack = await startStack({ env: { RUNCAST_EGRESS_ALLOW: board.origin } })
  screens = await Screens.open(stack)
  you = await User.of(stack, 'you')
})

afterAll(async () => {
  await screens?.close()
  await stack?.close()
  await board?.close()
})

afterEach(({ task }) => screens.clear(task.result?.state === 'fail'))

function posting(id: number) {
  const absolute_url = `https://acme.example/${id}`
  return { id, title: long(`Posting ${id} `), content: '<p>Text.</p>', absolute_url }
}

function company(slug: string, name: string) {
  return { slug, name, source: { type: 'greenhouse', board: slug, base_url: board.origin } }
}

async function start(companies: readonly unknown[]): Promise<RunId> {
  const answer = await you.post('/api/runs', { pipeline: 'ingestion', input: { companies } })
  return RunStarted.parse(await answer.json()).run_id
}

/** Uploads a file with this text to a matter. */
function upload(matter: string, name: string, text = `Of ${matter}.`): Promise<RunId> {
  return uploadAll(matter, [new File([text], name)])
}

/** Uploads files to a matter, as a client of the API does. */
async function uploadAll(matter: string, files: readonly File[]): Promise<RunId> {
  const body = new FormData()
  body.set('matter', matter)
  for (const file of files) body.append('files', file)
  const answer = await you.get('/api/documents', {}, { method: 'POST', body })
  expect(answer.status).toBe(202)
  return RunStarted.pick({ run_id: true }).parse(await answer.json()).run_id
}

const faults = (page: Page, name: string) => screens.faults(page, name)

const title = (page: Page) => page.getByRole('heading', { level: 1 })
const row = (page: Page, name: string) =>
  page.locator('[data-testid=document][data-status=ready]').getByText(name, { exact: true })

/** Names that an address, a link or a property could take for something else. */
const MATTERS = [
  '..',
  'Müller ./. Schmidt',
  '%2e%2e',
  'a&name=b+c #7?',
  'قضية ألف 💼',
  ' __proto__ ',
  long('Matter '),
]

/** Shows a matter by its link on the start page. */
async function open(matter: string): Promise<Page> {
  const page = await screens.show('/')
  const link = page.getByRole('list', { name: 'Latest matters' }).getByRole('link')
  await link
    .and(page.getByText(matter, { exact: true }))
    .first()
    .click()
  return page
}

/** Waits until a page shows a matter's note. Returns the page's title. */
async function shown(page: Page): Promise<string | null> {
  await row(page, 'note.txt').waitFor()
  return title(page).textContent()
}

test.each(MATTERS)('the matter “%s” has an address that can be refreshed', async (given) => {
  await upload(given, 'note.txt')
  const page = await open(given.trim())
  expect(await shown(page)).toBe(given.trim())
  await page.reload()
  expect(await shown(page)).toBe(given.trim())
})

test.each(['../b/..&name=d+e', 'قضية باء'])(
  'all pages of the matter “%s” can be reached, left and sent',
  async (matter) => {
    const run_id = await upload(matter, 'note.txt')
    const page = await open(matter)
    expect(await shown(await screens.show(page.url().slice(stack.origin.length)))).toBe(matter)

    await page.getByLabel('Question or words').fill('of')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Hits' }).getByRole('link').first().click()
    await page.waitForURL(/\/read\//)
    await page.getByRole('link', { name: matter, exact: true }).waitFor()
    await page.goBack()
    expect(await shown(page)).toBe(matter)
    await page.getByRole('region', { name: 'Hits' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Start a run' }).waitFor()
    await page.goForward()
    expect(await shown(page)).toBe(matter)

    await page.goto(`${stack.origin}/runs/${run_id}`)
    await page.getByRole('heading', { name: 'Summary' }).waitFor()
    expect(await title(page).textContent()).toBe(matter)
    expect(await page.title()).toBe(`finished · ${matter} · Runcast`)
  },
)

test('a matter can be opened by its name from the start, and links of an earlier version still work', async () => {
  const page = await screens.show('/')
  await page.getByLabel('A matter').fill('Müller ./. Schmidt')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('heading', { level: 1, name: 'Müller ./. Schmidt' }).waitFor()
  await page.goto(`${stack.origin}/matters/Smith%20v.%20Jones`)
  await page.getByRole('heading', { level: 1, name: 'Smith v. Jones' }).waitFor()
  await page.goto(`${stack.origin}/matters`)
  await page.getByRole('heading', { level: 1, name: 'Matters' }).waitFor()
  expect(await page.title()).toBe('Matters · Runcast')
})

test('a run and its companies are shown by their names, also if the start had only slugs', async () => {
  const named = await start([company('acme', 'Acme & Söhne GmbH'), company('zeta', 'Zeta Ltd')])
  const page = await screens.show(`/runs/${named}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  expect(await title(page).textContent()).toBe('2 companies')
  expect(await page.title()).toBe('finished · 2 companies · Runcast')
  const names = page.locator('[data-company] h3')
  expect(await names.allInnerTexts()).toEqual(['Acme & Söhne GmbH', 'Zeta Ltd'])
  const log = page.getByRole('list', { name: 'Lines of the log' })
  await log.getByText('Zeta Ltd: The job list holds 3 postings.').waitFor()
  await names.first().click()
  await page.getByRole('list', { name: 'Postings of Acme & Söhne GmbH' }).waitFor()

  const stored = await start(['zeta'])
  await page.goto(`${stack.origin}/runs/${stored}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  expect(await title(page).textContent()).toBe('Zeta Ltd')
  await page.getByRole('link', { name: 'Runcast' }).click()
  const runs = page.getByRole('region', { name: 'Past runs' }).getByRole('listitem')
  await runs.filter({ hasText: 'Zeta Ltd' }).getByText('3 of 3 postings ready').waitFor()
  await runs.filter({ hasText: '2 companies' }).getByText('6 of 6 postings ready').waitFor()

  await page.goto(`${stack.origin}/postings?changed_since=${named}`)
  await page.getByRole('button', { name: 'Changed since the run “2 companies”' }).waitFor()
  await page.getByRole('table', { name: 'Postings' }).getByText('Zeta Ltd').first().waitFor()
  await page.getByRole('checkbox', { name: 'Acme & Söhne GmbH 3' }).check()
  await page.getByLabel('Words of the title').fill('nothing has this word')
  await page.getByRole('checkbox', { name: 'Acme & Söhne GmbH 0', checked: true }).waitFor()
  await page.getByRole('button', { name: 'Find anything' }).click()
  await page.getByRole('combobox', { name: 'Find anything' }).fill(named)
  await page.getByRole('option', { name: '2 companies' }).waitFor()
})

test('a run is called in the words of its pipeline, also if these words come last', async () => {
  const two = await start([company('acme', 'Acme'), company('zeta', 'Zeta')])
  const page = await screens.show('/')
  const visited = [
    ['', '2 groups', '2 companies'],
    [`/runs/${two}`, '2 groups', '2 companies'],
    ['/runs', '6 of 6 jobs ready', '6 of 6 postings ready'],
  ] as const
  for (const [path, general, own] of visited) {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/api/pipelines', async (route) => {
      await released
      await route.continue()
    })
    await page.goto(`${stack.origin}${path}`)
    await page.getByText(general).first().waitFor()
    release()
    await page.getByText(own).first().waitFor()
    expect([path, await page.getByText(general).count()]).toEqual([path, 0])
    await page.unroute('**/api/pipelines')
  }
})

const OF_INGESTION = /listing|job|compan|posting/i

test('a run of documents speaks only of matters and documents', async () => {
  const run_id = await upload('Smith v. Jones', 'statement.txt', 'The van left at noon.')
  const page = await screens.show(`/runs/${run_id}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  await page.getByRole('heading', { name: 'Matters (1)' }).waitFor()
  await page.getByRole('list', { name: 'Lines of the log' }).getByText('is finished').waitFor()
  await page.getByRole('button', { name: 'Smith v. Jones' }).click()
  await page.getByRole('list', { name: 'Documents of Smith v. Jones' }).waitFor()
  expect(await page.locator('main').innerText()).not.toMatch(OF_INGESTION)

  const files = [new File(['Of it.'], 'note.txt'), new File(['%PDF-1.7 of it'], 'cut-off.pdf')]
  await page.goto(`${stack.origin}/runs/${await uploadAll('Doe v. Roe', files)}`)
  const problems = page.getByTestId('problems')
  await problems.getByText('Finished with problems: 1 of 2 documents failed.').waitFor()
  const log = page.getByRole('list', { name: 'Lines of the log' })
  await log.getByText('The run finished with problems: 1 of 2 documents failed, 1 ready.').waitFor()
  expect(await page.locator('main').innerText()).not.toMatch(OF_INGESTION)

  await page.getByRole('link', { name: 'Runcast' }).click()
  const runs = page.getByRole('region', { name: 'Past runs' }).getByRole('listitem')
  await runs.filter({ hasText: 'Smith v. Jones' }).getByText('1 of 1 document ready').waitFor()
  await runs
    .filter({ hasText: 'Doe v. Roe' })
    .getByText('1 of 2 documents ready, 1 failed')
    .waitFor()
})

test('nothing is wider than the screen, however long a name is', async () => {
  const companies = [company('long', long('Company ')), company('broken', long('Broken '))]
  const run_id = await start(companies)
  const page = await screens.show(`/runs/${run_id}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  await page.locator('[data-company] h3').first().click()
  expect(await faults(page, 'long-run')).toEqual([])
  await start([companies[0]])

  const matter = long('Matter ')
  const name = `${'W'.repeat(200)}.txt`
  await upload(matter, name, `${'W'.repeat(500)} is a word that a search finds.`)
  await upload(matter, `${'X'.repeat(200)}.exe`, '\0\0')
  await page.goto(`${stack.origin}/matters?${new URLSearchParams({ name: matter })}`)
  await row(page, name).waitFor()
  await page.getByLabel('Question or words').fill('word')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Hits' }).waitFor()
  expect(await faults(page, 'long-matter')).toEqual([])
  const upper = { name: `${'Y'.repeat(200)}.exe`, mimeType: '', buffer: Buffer.from('\0') }
  await page.route('**/api/documents', (route) => route.abort())
  await page.getByLabel('Drop files here').setInputFiles([upper])
  await page.getByText(/^Not uploaded/).waitFor()
  expect(await faults(page, 'long-upload')).toEqual([])
  await page.unroute('**/api/documents')
  await page.getByRole('link', { name, exact: true }).last().click()
  // The hits of the matter have the same text, so only the title says that the document is shown.
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByText('is a word that a search finds').waitFor()
  expect(await faults(page, 'long-document')).toEqual([])

  await page.goto(stack.origin)
  await page.getByRole('list', { name: 'Latest matters' }).waitFor()
  await page.getByText('The companies as JSON').click()
  const wrong = [{ [long('field')]: long('value'), slug: long('slug'), name: '', source: {} }]
  await page.getByLabel('A list of').fill(JSON.stringify(wrong))
  await page.getByRole('button', { name: 'Start the run' }).click()
  await page.getByRole('alert').waitFor()
  expect(await faults(page, 'long-start')).toEqual([])
  await page.goto(`${stack.origin}/${long('path')}`)
  await page.getByRole('heading', { name: 'No such page' }).waitFor()
  expect(await faults(page, 'long-path')).toEqual([])
})
