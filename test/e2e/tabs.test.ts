import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, onTestFailed, test } from 'vitest'
import { z } from 'zod'

import { Company } from '../../src/protocol/company.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { Front } from '../support/front.ts'
import { Library } from '../support/library.ts'
import { tellSites } from '../support/own-sites.ts'
import { startStack, type Stack } from '../support/stack.ts'
import { sampleCompanies, User } from '../support/user.ts'

/** A page that watches a run by the built library, or by a plain EventSource. Keeps what it is shown. */
const PAGE = `<!doctype html><title>tab</title><script type="module">
  import { watchRun } from '/lib/index.js'
  const shown = { status: '', connections: [], seqs: [], lines: [], jobs: {} }
  globalThis.shown = shown
  const key = (group, id) => group + ' ' + id
  async function readLog(watch) {
    for await (const { event, data } of watch.events()) {
      if (event !== 'log') continue
      const { seq, after = seq - 1, dropped = 1 } = data
      for (let i = 1; i <= dropped; i++) shown.lines.push(after + i)
    }
  }
  globalThis.follow = async (run_id, token) => {
    const watch = watchRun(run_id, { token, share: 'me', log: true })
    void readLog(watch)
    for await (const { run, connection, cursor } of watch) {
      shown.status = run.status
      const { status, transport, error } = connection
      const said = [status, transport, error?.message].filter(Boolean).join(' ')
      if (shown.connections.at(-1) !== said) shown.connections.push(said)
      if (cursor !== undefined) shown.seqs.push(Number(cursor.split('.')[1]))
      shown.jobs = {}
      for (const [group, jobs] of run.jobs)
        for (const [id, { status }] of jobs) shown.jobs[key(group, id)] = status
    }
  }
  globalThis.followPlainly = (run_id, token) => {
    const source = new EventSource('/api/runs/' + run_id + '/stream?token=' + token)
    source.addEventListener('error', () => shown.connections.push('broken'))
    source.addEventListener('status', ({ data }) => {
      shown.status = data
      if (['finished', 'error', 'aborted'].includes(data)) source.close()
    })
    source.addEventListener('all_jobs', ({ data, lastEventId }) => {
      shown.jobs = {}
      for (const [group, jobs] of Object.entries(JSON.parse(data)))
        for (const { external_id, status } of jobs) shown.jobs[key(group, external_id)] = status
    })
    source.addEventListener('update', ({ data }) => {
      for (const [group, jobs] of Object.entries(JSON.parse(data)))
        for (const id in jobs) shown.jobs[key(group, id)] = jobs[id]
    })
  }
  globalThis.ready = true
</script>`

const Shown = z.object({
  status: z.string(),
  /** The statuses of the connection in their order. */
  connections: z.array(z.string()),
  seqs: z.array(z.number()),
  /** The numbers of the log lines that the tab got, or was told were dropped. */
  lines: z.array(z.number()),
  jobs: z.record(z.string(), z.string()),
})
type Shown = z.infer<typeof Shown>

const LATENCY_MS = 700
const COMPANIES = 7
const POSTINGS = 50

let stack: Stack
let chromium: TestBrowser
let library: Library
let front: Front
let me: User

beforeAll(async () => {
  // The run reads one listing after the other, so that it lasts. With short leases it goes on soon after
  // a restart.
  const leases = { lease_ms: 2_000, renew_ms: 600, unclaimed_ms: 1_000 }
  const settings = { window_plans: 1, relist_ms: 200, ...leases }
  const [started, built, opened] = await Promise.all([
    startStack({ env: { RUNCAST_SETTINGS: JSON.stringify(settings) } }),
    Library.build(),
    openBrowser(),
  ])
  stack = started
  library = built
  chromium = opened
  front = await Front.start({ library, page: PAGE, api: stack.origin })
  me = await User.of(stack, 'me')
})

afterEach(async () => {
  await Promise.all(chromium.browser.contexts().map((context) => context.close()))
})

afterAll(async () => {
  await chromium?.close()
  await front?.close()
  await stack?.close()
})

/** Sets the latency of a board. Waiting requests are answered at once. */
async function answerAfter(latency_ms: number, board: string): Promise<void> {
  const told = await tellSites({ origin: stack.sites }, { board, latency_ms })
  expect(told.status).toBe(200)
}

/** Makes companies on one board, which answers slowly. */
async function slowCompanies(board: string, count: number): Promise<Company[]> {
  await answerAfter(LATENCY_MS, board)
  const sample = (await sampleCompanies(stack)).find(({ slug }) => slug === board)
  return Array.from({ length: count }, (_, index) =>
    Company.parse({ ...sample, slug: `${board}-${index}` }),
  )
}

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(front.origin)
  await page.waitForFunction('globalThis.ready')
  return page
}

async function openTabs(count: number): Promise<Page[]> {
  onTestFailed(() => void process.stderr.write(stack.output))
  const context = await chromium.context()
  return Promise.all(Array.from({ length: count }, () => openTab(context)))
}

async function follow(page: Page, run_id: RunId, how = 'follow'): Promise<void> {
  await page.evaluate(`void ${how}('${run_id}', '${me.token}')`)
}

async function shownBy(page: Page): Promise<Shown> {
  return Shown.parse(await page.evaluate('shown'))
}

const isOver = `shown.status === 'finished'`
const isLiveAgain = `shown.connections.filter((one) => one.startsWith('live')).length > 1`
const isAtWork = (jobs: number) => `Object.keys(shown.jobs).length >= ${jobs}`

/** Checks that a tab shows the ended run, and that its cursors rose. */
async function expectRight(page: Page, run_id: RunId): Promise<Shown> {
  await page.waitForFunction(isOver, undefined, { timeout: 120_000 })
  const shown = await shownBy(page)
  const jobs = await me.jobs(run_id)
  const truth = jobs.map(({ group, external_id, status }) => [`${group} ${external_id}`, status])
  expect(shown.jobs).toEqual(Object.fromEntries(truth))
  expect(shown.seqs).toEqual(shown.seqs.toSorted((a, b) => a - b))
  return shown
}

test('W-5: ten tabs on ten runs all show changes, with at most four streams', async () => {
  const companies = await slowCompanies('company-1', COMPANIES)
  const tabs = await openTabs(10)
  const watches = await Promise.all(
    tabs.map(async (tab) => [tab, await me.start(companies)] as const),
  )
  await Promise.all(watches.map(([tab, run_id]) => follow(tab, run_id)))
  for (const [tab] of watches) await tab.waitForFunction(isAtWork(POSTINGS))
  const before = await Promise.all(tabs.map(shownBy))
  for (const [tab] of watches) await tab.waitForFunction(isAtWork(4 * POSTINGS))
  for (const [i, tab] of tabs.entries()) {
    const { seqs, status } = await shownBy(tab)
    expect(status).toBe('ingesting')
    expect(seqs.at(-1)).toBeGreaterThan(before[i]?.seqs.at(-1) ?? 0)
  }
  const now = (await Promise.all(tabs.map(shownBy))).map(({ connections }) => connections)
  const last = now.map((all) => all.at(-1))
  expect(last.filter((one) => one === 'live sse')).toHaveLength(4)
  expect(last.filter((one) => one === 'live socket')).toHaveLength(6)
  expect([front.count('stream'), front.count('socket')]).toEqual([4, 6])

  await answerAfter(0, 'company-1')
  for (const [tab, run_id] of watches) await expectRight(tab, run_id)
  expect(front.streams_max).toBe(4)
  await expect.poll(() => front.count('stream') + front.count('socket')).toBe(0)
})

test('W-5: tabs on one run share a connection, and when its tab closes, another tab takes over', async () => {
  const companies = await slowCompanies('company-2', COMPANIES)
  const tabs = await openTabs(4)
  const run_id = await me.start(companies)
  const holders: Page[] = []
  for (const tab of tabs)
    tab.on('request', (request) => {
      if (request.url().includes(`${run_id}/stream`)) holders.push(tab)
    })
  for (const tab of tabs) await follow(tab, run_id)
  await Promise.all(tabs.map((tab) => tab.waitForFunction(isAtWork(POSTINGS))))
  expect(front.count('stream', run_id)).toBe(1)
  expect(holders).toHaveLength(1)

  const [holder] = holders
  const others = tabs.filter((tab) => tab !== holder)
  await holder?.close()
  const jobs = Math.max(
    ...(await Promise.all(
      others.map(async (tab) => Object.keys((await shownBy(tab)).jobs).length),
    )),
  )
  await Promise.all(others.map((tab) => tab.waitForFunction(isAtWork(jobs + POSTINGS))))
  expect((await me.view(run_id)).status).toBe('ingesting')
  expect([front.count('stream', run_id), front.count('socket', run_id)]).toEqual([1, 0])

  await answerAfter(0, 'company-2')
  for (const tab of others) {
    const { lines, connections } = await expectRight(tab, run_id)
    // A tab that gets the lock before it hears of the end reads the feed itself, and gets the end.
    expect(connections.join(', ')).toMatch(
      /^connecting, live sse, connecting, live sse,( connecting,( live sse,)?)? ended$/,
    )
    expect(lines).toEqual(lines.map((_, i) => i + 1))
    expect(lines.length).toBeGreaterThan(COMPANIES)
  }
})

test('W-6, W-8: a plain EventSource and the library go on after a restart of workerd', async () => {
  const companies = await slowCompanies('company-3', COMPANIES)
  const [plain, ours] = await openTabs(2)
  if (!plain || !ours) throw new Error('no tabs')
  const run_id = await me.start(companies)
  await follow(plain, run_id, 'followPlainly')
  await follow(ours, run_id)
  await Promise.all([plain, ours].map((tab) => tab.waitForFunction(isAtWork(2 * POSTINGS))))
  process.kill(stack.pidOf(/workerd serve/), 'SIGKILL')
  await expect.poll(() => front.count('stream', run_id)).toBe(0)

  await ours.waitForFunction(isLiveAgain)
  await answerAfter(0, 'company-3')
  expect((await expectRight(plain, run_id)).connections).toContain('broken')
  const { lines } = await expectRight(ours, run_id)
  expect(lines).toEqual(lines.map((_, i) => i + 1))
})
