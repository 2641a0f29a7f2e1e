import { afterAll, beforeAll, expect, test } from 'vitest'

import { watchRun } from '../../src/client/client.ts'
import { markRemoved } from '../../src/db/retention.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { databaseOf } from '../support/stored-jobs.ts'
import { User } from '../support/user.ts'
import { ALL_JOBS } from '../support/whole-run.ts'

const settings = { archive_ms: 1_000 }

let stack: Stack
let chromium: TestBrowser

beforeAll(async () => {
  stack = await startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } })
  chromium = await openBrowser()
})

afterAll(async () => {
  await chromium?.close()
  await stack?.close()
})

/** Makes a run whose object archives it as soon as it has ended. Its owner is the page's user. */
async function archivedRun() {
  const user = await User.of(stack, 'you')
  const run_id = await user.start()
  const { origin } = stack
  const { run } = await watchRun(run_id, { origin, token: user.token }).ended
  const retry = () => user.post(`/api/runs/${run_id}/retry`, { status: 'failed' })
  await expect
    .poll(async () => (await retry()).json(), { timeout: 60_000 })
    .toMatchObject({ type: '/problems/archived' })
  return { user, run_id, run }
}

test('RUN-1: the client library and the page show an archived run as it was', async () => {
  const { user, run_id, run } = await archivedRun()
  const { progress: _progress, ...before } = run
  const { origin } = stack
  for (const transport of ['sse', 'socket', 'poll'] as const) {
    const ended = await watchRun(run_id, { origin, token: user.token, transport }).ended
    const { progress: _told, ...after } = ended.run
    expect(after).toEqual(before)
    expect(ended.cursor).toBe((await user.view(run_id)).cursor)
  }
  const page = await (await chromium.context()).newPage()
  await page.goto(`${origin}/runs/${run_id}`)
  await page.getByRole('heading', { name: 'Summary' }).waitFor()
  await page.getByTestId('connection').getByText('ended', { exact: true }).waitFor()
  expect((await user.view(run_id)).snapshot).toMatchObject({ total: ALL_JOBS, new: ALL_JOBS })
  const figures = await page.locator('dl > div').allInnerTexts()
  expect(figures).toEqual(expect.arrayContaining(['total\n1,000', 'ready\n1,000']))
  const log = page.getByRole('list', { name: 'Lines of the log' })
  await log.getByText('The run is initializing.').waitFor()
})

test('RUN-6: the page shows when the jobs of a run were removed, and how the run went', async () => {
  const { user, run_id } = await archivedRun()
  const { origin } = stack
  const run = { owner: Owner.parse('you'), run_id }
  await markRemoved(databaseOf(stack), [run], Date.parse('2026-11-29T12:00:00Z'))
  const { connection } = await watchRun(run_id, { origin, token: user.token }).ended
  expect(connection).toMatchObject({ error: { problem: { type: '/problems/removed' } } })
  const page = await (await chromium.context()).newPage()
  await page.goto(`${origin}/runs/${run_id}`)
  await page.getByText(/The jobs and the log of this run were removed on .*2026/).waitFor()
  const figures = await page.locator('dl > div').allInnerTexts()
  expect(figures).toEqual(expect.arrayContaining(['total\n1,000', 'ready\n1,000']))
})
