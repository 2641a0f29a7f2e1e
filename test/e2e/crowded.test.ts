import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { Client } from '../../scripts/demo/client.ts'
import { headline } from '../../scripts/demo/picture.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { tellSites } from '../support/own-sites.ts'
import { Picture, PLAIN } from '../support/plain-page.ts'
import { Screens } from '../support/screens.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

let stack: Stack
let screens: Screens
/** The user of the page. */
let you: User

/** No run has a place for a watcher. */
const settings = { watchers_max: 0, poll_again_ms: 300 }

beforeAll(async () => {
  stack = await startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } })
  screens = await Screens.open(stack)
  you = await User.of(stack, 'you')
  // Each company's list takes as long as a few polls.
  await tellSites({ origin: stack.sites }, { latency_ms: 2_000, fault: null })
})

afterAll(async () => {
  await screens?.close()
  await stack?.close()
})

afterEach(({ task }) => screens.clear(task.result?.state === 'fail'))

test('W-13: the page shows a run for whose watchers there is no place, by polls', async () => {
  const page = await screens.show('/')
  await page.getByRole('slider', { name: 'Sample companies' }).fill('3')
  await page.getByRole('button', { name: 'Start the run' }).click()
  await page.waitForURL(/\/runs\/[0-9a-f]{32}$/)
  const run_id = RunId.parse(page.url().slice(-32))
  await page.getByTestId('connection').getByText('live (polling)').waitFor()
  await page.getByTestId('status').getByText('finished', { exact: true }).waitFor()
  const { counts } = await you.view(run_id)
  expect(counts.total).toBe(150)
  for (const text of await page.locator('[data-company]').allInnerTexts())
    expect(text).toContain('50 / 50')
})

test('W-6, W-13: a plain EventSource comes back by itself, and shows a right picture to the end', async () => {
  const page = await screens.show('/nowhere')
  await page.route('**/plain', (route) => route.fulfill({ body: PLAIN, contentType: 'text/html' }))
  await page.goto(`${stack.origin}/plain`)
  const run_id = await you.start()
  await page.evaluate(`watch('${run_id}', '${you.token}')`)
  await page.waitForFunction(`picture.status === 'finished'`)
  const picture = Picture.parse(await page.evaluate('picture'))
  const jobs = await you.jobs(run_id)
  const truth = jobs.map(({ group, external_id, status }) => [`${group} ${external_id}`, status])
  expect(picture.jobs).toEqual(Object.fromEntries(truth))
})

test('W-13: the command line shows such a run by polls, and its end', async () => {
  const companies = await sampleCompanies(stack)
  const client = await Client.connect(stack.origin)
  const { run_id } = await client.startIngestion(companies)
  const transports = new Set<string>()
  let last = ''
  for await (const { run, connection } of client.watch(run_id)) {
    if (connection.status === 'live') transports.add(connection.transport)
    last = headline(run, companies)
  }
  expect(transports).toContain('poll')
  expect(last).toBe('finished  1000/1000 jobs  20/20 companies')
})
