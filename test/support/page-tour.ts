import type { Page, Route } from 'playwright-core'

import { noticeStops } from './notice-stops.ts'
import { basicFaults } from './page-basics.ts'
import { scheduleStops } from './schedule-stops.ts'
import type { Screens } from './screens.ts'
import { stateStops } from './state-stops.ts'

const LONG =
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3)
const NAME = LONG.slice(0, 200)

const RUN = {
  run_id: 'f'.repeat(32),
  pipeline: 'ingestion',
  name: NAME,
  labels: { team: NAME.slice(0, 100) },
  status: 'finished',
  created_at: '2026-11-01T00:00:00.000Z',
  ended_at: '2026-11-01T00:01:00.000Z',
  total: 2_000_000,
  group_counts: null,
  problems: { groups: 3, jobs: 1_234 },
  snapshot: null,
}

const COUNTS = {
  pending: 0,
  initializing: 0,
  ingesting: 1,
  finished: 1_234_567,
  with_problems: 3,
  error: 4,
  aborted: 5,
}

const COMPANY = {
  slug: 'a'.repeat(100),
  name: NAME,
  source: { type: 'greenhouse', board: NAME },
  labels: { team: NAME.slice(0, 100) },
  created_at: '2026-11-01T00:00:00.000Z',
  updated_at: '2026-11-01T00:00:00.000Z',
  attention: { visit: 1, fallen: [{ field: 'salary', usual: 0.9, share: 0.1 }] },
}

const PROBLEM = {
  type: '/problems/unavailable',
  title: 'A part of the service cannot be reached',
  status: 503,
  detail: 'The database cannot be reached.',
  request_id: 'the-request',
}

/** What a page asks for on the tour, in the place of the API's own answer. */
type Answer = { readonly path: string; readonly status?: number; readonly json: unknown }

type Stop = {
  readonly name: string
  readonly path: string
  /** The text that shows that the page is as it should be. */
  readonly shows: string
  readonly answers?: readonly Answer[]
  /** It shows parts that a phone folds. */
  readonly wide?: true
  /** Opens a part of the page before it is looked at. */
  readonly open?: (page: Page) => Promise<void>
}

async function openFirst(page: Page): Promise<void> {
  await page.locator('tbody a').first().click()
  await page.getByRole('button', { name: 'Close' }).waitFor()
}

/** A row that is right, one without an address, and one of a site that answers nothing. */
const ROWS = `slug,name,address
acme,Acme,https://boards.greenhouse.io/acme
beta,${NAME},
gamma,Gamma,http://127.0.0.1:1/careers`

async function checkRows(page: Page): Promise<void> {
  await page.getByLabel('CSV with the columns').fill(ROWS)
  await page.getByRole('button', { name: 'Check the rows' }).click()
  await page.getByText('Row 3 has no address.').waitFor()
  await page.getByText('Row 4, ').waitFor()
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find anything' }).fill('compan')
  await page.getByRole('option', { name: 'Add companies' }).waitFor()
}

/** Each page, and each state of the lists that only the API's answers bring about. */
export function stopsOf(run_id: string, company: string): readonly Stop[] {
  return [
    { name: 'overview', path: '/', shows: 'Past runs' },
    { name: 'runs', path: '/runs', shows: '2 companies' },
    { name: 'run-new', path: '/runs/new', shows: 'Sample companies' },
    { name: 'run', path: `/runs/${run_id}`, shows: 'Summary' },
    { name: 'run-items', path: `/runs/${run_id}?tab=items`, shows: '50 shown', open: openFirst },
    { name: 'run-timeline', path: `/runs/${run_id}?tab=timeline`, shows: 'after the start' },
    { name: 'run-log', path: `/runs/${run_id}?tab=log`, shows: 'is initializing' },
    { name: 'run-input', path: `/runs/${run_id}?tab=input`, shows: 'Copy as curl' },
    { name: 'companies', path: '/companies', shows: 'read to the end' },
    { name: 'company-new', path: '/companies/new', shows: 'one a line' },
    { name: 'company-csv', path: '/companies/new?by=csv', shows: 'slug, name', open: checkRows },
    { name: 'company', path: `/companies/${company}`, shows: 'Filter and export', open: openFirst },
    { name: 'company-visits', path: `/companies/${company}?tab=visits`, shows: 'Its run' },
    { name: 'company-source', path: `/companies/${company}?tab=source`, shows: 'Test it' },
    { name: 'postings', path: '/postings', shows: 'Country', open: openFirst, wide: true },
    { name: 'postings-none', path: '/postings?q=zzzz', shows: 'No postings match' },
    { name: 'matters', path: '/matters', shows: 'A matter, new or existing' },
    ...scheduleStops(NAME),
    ...noticeStops(NAME),
    { name: 'palette', path: '/nowhere', shows: 'No such page', open: openPalette },
    { name: 'settings', path: '/settings', shows: 'The API answers' },
    {
      name: 'runs-long',
      path: '/runs',
      shows: NAME,
      answers: [{ path: '/api/runs?', json: { runs: [RUN], next_cursor: null, counts: COUNTS } }],
    },
    {
      name: 'runs-failed',
      path: '/runs',
      shows: 'Request the-request',
      answers: [{ path: '/api/runs?', status: 503, json: PROBLEM }],
    },
    {
      name: 'companies-long',
      path: '/companies',
      shows: 'Fewer postings than usual have: salary',
      answers: [
        { path: '/api/companies?', json: { companies: [COMPANY], next_cursor: null } },
        { path: '/visits?', json: { visits: [], next_cursor: null } },
      ],
    },
    {
      name: 'companies-empty',
      path: '/companies',
      shows: 'No companies yet',
      answers: [{ path: '/api/companies?', json: { companies: [], next_cursor: null } }],
    },
  ]
}

/** Shows one page of the tour. */
export async function visit(page: Page, origin: string, stop: Stop): Promise<void> {
  await page.unrouteAll()
  for (const { path, status = 200, json } of stop.answers ?? [])
    await page.route(
      (url) => `${url.pathname}${url.search}`.includes(path),
      (route: Route) => route.fulfill({ status, json }),
    )
  await page.goto(`${origin}${stop.path}`)
  await page.getByText(stop.shows).first().waitFor()
  await stop.open?.(page)
}

/** Parts move most on the smallest screen. */
const PHONE = { width: 360, height: 860 }
const WIDE = { width: 1280, height: 860 }

type Tour = {
  readonly screens: Screens
  readonly page: Page
  readonly origin: string
  readonly run_id: string
  readonly company: string
}

/** Shows one page of the tour, and lists what is wrong with the document and with how it appeared. */
async function arrivalFaults(page: Page, origin: string, stop: Stop): Promise<string[]> {
  await page.setViewportSize(stop.wide ? WIDE : PHONE)
  await visit(page, origin, stop)
  const fails = stop.answers?.some(({ status = 200 }) => status >= 400) ?? false
  return basicFaults(page, { name: stop.name, fails })
}

/** Lists why a page of the tour is not fit for everybody. */
export async function tourFaults(tour: Tour): Promise<string[]> {
  const { screens, page, origin, run_id, company } = tour
  const faults: string[] = []
  for (const stop of stopsOf(run_id, company)) {
    faults.push(...(await arrivalFaults(page, origin, stop)))
    faults.push(...(await screens.faultsEverywhere(page, stop.name)))
  }
  for (const stop of stateStops()) {
    faults.push(...(await arrivalFaults(page, origin, stop)))
    faults.push(...(await screens.faultsOfState(page, stop.name)))
  }
  return faults
}
