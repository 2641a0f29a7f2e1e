import { chromium, type Page } from 'playwright-core'
import { z } from 'zod'

import { shareBrowser } from '../../test/support/browser.ts'
import { startStack } from '../../test/support/stack.ts'
import { BenchFailure } from '../failure.ts'
import { report } from '../main.ts'
import { type Process, ProcessTree } from '../process-tree.ts'
import { percentile } from '../statistics.ts'
import type { Workplace } from '../workplace.ts'
import { type AtRest, measureAtRest } from './at-rest.ts'
import { countElements, heapOf, METERS, readMeters, readPaint } from './meters.ts'
import type { Options } from './options.ts'
import { play } from './play.ts'
import { PlayedRun, RUN_ID } from './played-run.ts'
import { countRows, ROW_METERS, type RowCounts } from './row-meters.ts'
import { usePage } from './use-page.ts'

const MB = 1_048_576
const FROZEN_MS = 5_000

/** Times in ms, sizes in MB. */
export type PageFigures = {
  /** The time until the page shows the run live: after a click on a link of the page, and after a reload. */
  readonly within_ms: number
  readonly loaded_ms: number
  readonly interactions: number
  readonly interaction_p95_ms: number
  readonly longest_task_ms: number
  readonly tasks_over_100: number
  readonly elements: number
  readonly heap_mb: readonly number[]
  readonly scroll_p95_ms: number
  readonly thawed_ms: number
  /** For each page: the time of its largest paint, and its layout shift as a share of the window. */
  readonly paints: readonly Paint[]
  readonly rows: RowCounts
  readonly at_rest: AtRest
}

type Paint = { readonly place: string; readonly painted_ms: number; readonly moved: number }

export async function measurePage(workplace: Workplace, options: Options): Promise<PageFigures> {
  const opened = await openPage(workplace, options)
  const { page, run, within_ms, loaded_ms, paints } = opened
  // Later all jobs are ready, and their number rises no more.
  const thawed_ms = await thaw(opened)
  const devtools = await page.context().newCDPSession(page)
  const until = Date.now() + options.seconds * 1_000
  const heap_mb: number[] = []
  let elements = 0
  while (heap_mb.length === 0 || Date.now() < until) {
    await usePage(page)
    elements = Math.max(elements, await countElements(page))
    heap_mb.push((await heapOf(devtools)) / MB)
    report(`${run.ready} of ${options.jobs} jobs are ready; heap ${heap_mb.at(-1)?.toFixed(1)} MB`)
  }
  const { events, tasks, frames } = await readMeters(page)
  const at_rest = await measureAtRest(page, devtools)
  const rows = await countRows(page, run)
  return {
    within_ms,
    loaded_ms,
    interactions: events.length,
    interaction_p95_ms: events.length === 0 ? 0 : percentile(events, 0.95),
    longest_task_ms: Math.max(0, ...tasks),
    tasks_over_100: tasks.filter((ms) => ms > 100).length,
    elements,
    heap_mb,
    scroll_p95_ms: percentile(frames, 0.95),
    thawed_ms,
    paints,
    rows,
    at_rest,
  }
}

type Opened = {
  readonly page: Page
  readonly run: PlayedRun
  /** The processes that run pages. */
  readonly renderers: () => readonly number[]
  readonly within_ms: number
  readonly loaded_ms: number
  readonly paints: readonly Paint[]
}

async function numberOf(page: Page, expression: string): Promise<number> {
  return z.number().parse(await page.evaluate(expression))
}

/** Opens the page of the played run, over the real stack. */
async function openPage(workplace: Workplace, options: Options): Promise<Opened> {
  const stack = await startStack()
  workplace.atEnd(() => stack.close())
  const server = await shareBrowser()
  workplace.atEnd(() => server.close())
  const run = new PlayedRun(options)
  const origin = await play(workplace, run, stack.origin)
  const browser = await chromium.connect(server.wsEndpoint())
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } })
  await page.addInitScript(METERS)
  await page.addInitScript(ROW_METERS)
  // This visit fills the browser's cache, so that the bench measures a person's second visit.
  await page.goto(`${origin}/runs`)
  await page.getByRole('heading', { name: 'Runs' }).waitFor()
  const paints: Paint[] = []
  for (const place of PLACES) {
    await page.goto(`${origin}${place}`)
    paints.push(await paintOf(page, place))
  }
  run.start()
  const within_ms = await numberOf(page, `meters.go('/runs/${RUN_ID}')`)
  await page.reload()
  const loaded_ms = await numberOf(page, 'meters.seen')
  paints.push(await paintOf(page, 'the run'))
  const processes = new ProcessTree([server.process().pid ?? 0])
  const renderers = () => processes.members().flatMap((one) => (isRenderer(one) ? [one.pid] : []))
  return { page, run, renderers, within_ms, loaded_ms, paints }
}

const PLACES = ['/', '/runs', '/companies', '/postings', '/matters', '/schedules', '/settings']
const SETTLED_MS = 2_000

/** Reads the paint of a page that has settled. */
async function paintOf(page: Page, place: string): Promise<Paint> {
  await new Promise((done) => setTimeout(done, SETTLED_MS))
  return { place, ...(await readPaint(page)) }
}

function isRenderer({ command }: Process): boolean {
  return command.includes('--type=renderer')
}

/**
 * Stops the page's processes for a while, as a machine that sleeps does, and lets the processes go on. Returns the time until
 * the page shows what the run has reached meanwhile. Chromium without a window does not freeze a page by `Page.setWebLifecycleState`.
 */
async function thaw({ page, run, renderers }: Opened): Promise<number> {
  const shown = await numberOf(page, 'meters.ready()')
  for (const pid of renderers()) process.kill(pid, 'SIGSTOP')
  await new Promise((done) => setTimeout(done, FROZEN_MS))
  const { ready } = run
  if (shown >= ready) throw new BenchFailure('the run did not go on while the page slept')
  const began = performance.now()
  for (const pid of renderers()) process.kill(pid, 'SIGCONT')
  await page.evaluate(`meters.until(() => meters.ready() >= ${ready})`)
  const thawed_ms = performance.now() - began
  await page.evaluate('meters.forget()')
  return thawed_ms
}
