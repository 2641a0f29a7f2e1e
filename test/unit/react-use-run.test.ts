import type { ServerResponse } from 'node:http'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import type { RunEvent } from '../../src/protocol/events.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { bundleStage, ReactStage } from '../support/react-stage.ts'
import { streamText } from '../support/scripted-run.ts'
import { begin, refuse } from '../support/watch-server.ts'

let chromium: TestBrowser
let script: string
let stage: ReactStage | undefined

beforeAll(async () => {
  script = await bundleStage()
  chromium = await openBrowser()
})
afterAll(() => chromium?.close())
afterEach(async () => {
  const complaints = stage?.errors.splice(0)
  await stage?.close()
  stage = undefined
  if (complaints?.length) throw new Error(`the page complained: ${complaints.join('; ')}`)
})

const entry = (n: number) =>
  ({ external_id: `j${n}`, title: `Job ${n}`, status: 'pending' }) as const

function listed(rows: number): RunEvent[] {
  const all_jobs = { g: Array.from({ length: rows }, (_, n) => entry(n)) }
  return [
    { event: 'status', data: 'ingesting' },
    { event: 'all_jobs', data: all_jobs, id: 'e.1' },
  ]
}

const END: RunEvent[] = [{ event: 'status', data: 'finished', id: 'e.9' }]

function line(seq: number): RunEvent {
  const said = { seq, ts: '2026-01-01T00:00:00Z', level: 'info', message: 'm' } as const
  return { event: 'log', data: said }
}

/** A server that lists the run's jobs. Its streams stay open, and `say` sends more events. */
async function open(rows: number) {
  const answers: ServerResponse[] = []
  stage = await ReactStage.open(chromium, script, (_asked, answer) => {
    answers.push(begin(answer))
    answer.write(streamText(listed(rows)))
  })
  const say = (events: readonly RunEvent[]) => answers.at(-1)?.write(streamText(events))
  const end = () => answers.at(-1)?.end(streamText(END))
  /** Closes the stream before the run's end, and tells the client to connect again at once. */
  const cut = () => answers.at(-1)?.end('retry: 1\n\n')
  return { stage, say, end, cut }
}

describe('useRun', () => {
  it('renders one row of a thousand for one change, and all of them over one connection', async () => {
    const { stage: page, say } = await open(1_000)
    await page.show({ rows: 1_000 })
    await page.reads('j999', 'pending')
    await page.renders()
    say([{ event: 'update', data: { g: { j7: 'ready' } }, id: 'e.2' }])
    await page.reads('j7', 'ready')
    expect(await page.renders()).toEqual({ j7: 1 })
    expect(page.watches).toHaveLength(1)
  })

  it('renders a selection again only if isEqual finds a change', async () => {
    const { stage: page, say } = await open(2)
    await page.show({ rows: 2 })
    await page.reads('total', '2')
    await page.renders()
    say([{ event: 'update', data: { g: { j0: 'ready' } }, id: 'e.2' }])
    await page.reads('j0', 'ready')
    say([{ event: 'added', data: { g: [entry(2)] }, id: 'e.3' }])
    await page.reads('total', '3')
    expect(await page.renders()).toEqual({ j0: 1, total: 1 })
  })

  it('opens one connection under StrictMode, and another for a component with other options', async () => {
    const { stage: page } = await open(3)
    await page.show({ rows: 3, strict: true, apart: true })
    await page.reads('j2', 'pending')
    await page.reads('apart', 'ingesting')
    expect(page.watches).toHaveLength(2)
    expect(page.server.open).toBe(2)
    await page.clear()
    await page.server.until(() => page.server.open === 0)
    await page.isStill()
  })

  it('leaves no timer and no connection when it is unmounted in mid-stream', async () => {
    const { stage: page } = await open(3)
    await page.show({ rows: 3, log: true, strict: true })
    await page.reads('j2', 'pending')
    await page.clear()
    await page.server.until(() => page.server.open === 0)
    await page.isStill()
    expect(page.watches).toHaveLength(2)
  })

  it('keeps nothing of a run after the last component that used it', async () => {
    const { stage: page } = await open(1)
    await page.show({ rows: 1 })
    await page.reads('j0', 'pending')
    await page.show({})
    await page.server.until(() => page.server.open === 0)
    await page.show({ rows: 1 })
    await page.reads('j0', 'pending')
    expect(page.watches.map(({ cursor }) => cursor)).toEqual([undefined, undefined])
  })

  it('keeps its connection when one component replaces another', async () => {
    const { stage: page } = await open(1)
    await page.show({ turn: true })
    await page.reads('j0', 'pending')
    await page.page.locator('#turn').click()
    await page.reads('status', 'ingesting')
    expect(page.watches).toHaveLength(1)
    expect(page.server.open).toBe(1)
  })

  it('has each log line once, and counts the lines that were dropped (EV-7)', async () => {
    const { stage: page, say } = await open(0)
    await page.show({ log: true, strict: true })
    await page.server.until(() => page.server.open === 1)
    await page.reads('log', 'of 0')
    say([line(1), line(2)])
    await page.reads('log', '1 2 of 2')
    say([line(2), { event: 'log', data: { dropped: 5, after: 2 } }, line(8)])
    await page.reads('log', '1 2 8 of 8')
    expect(page.watches).toHaveLength(1)
  })
})

describe('RuncastProvider', () => {
  it('uses another token for the next connection, and keeps the open connection', async () => {
    const { stage: page, say, cut } = await open(1)
    await page.show({ rows: 1, token: 'a' })
    await page.reads('j0', 'pending')
    await page.show({ rows: 1, token: 'b' })
    say([{ event: 'update', data: { g: { j0: 'ready' } }, id: 'e.2' }])
    await page.reads('j0', 'ready')
    cut()
    await page.reads('j0', 'pending')
    expect(page.watches.map(({ token }) => token)).toEqual(['a', 'b'])
  })

  it('does not connect twice with a refused token', async () => {
    stage = await ReactStage.open(chromium, script, (_asked, answer) => refuse(answer, 401))
    await stage.show({ rows: 1 })
    await stage.page.getByText('failed: The server refused the token').waitFor()
    expect(stage.watches).toHaveLength(1)
  })
})

describe('useFollowAgain', () => {
  it('follows the round that a retry began, and shows the last round until then (RUN-1)', async () => {
    const { stage: page, end, say } = await open(2)
    await page.show({ rows: 2 })
    await page.reads('j1', 'pending')
    say([{ event: 'update', data: { g: { j1: 'failed' } }, id: 'e.8' }])
    end()
    await page.reads('status', 'finished')
    await page.page.locator('[data-status=ended]').waitFor()
    await page.renders()
    await page.page.locator('#again').click()
    await page.reads('status', 'ingesting')
    await page.page.locator('[data-status=live]').waitFor()
    await page.reads('j1', 'pending')
    // The page renders once, with the new round's state, and is not empty in between.
    expect(await page.renders()).toEqual({ j1: 1 })
    expect(page.watches).toHaveLength(2)
  })

  it('does nothing while the run is followed', async () => {
    const { stage: page, say } = await open(1)
    await page.show({ rows: 1 })
    await page.reads('j0', 'pending')
    await page.page.locator('#again').click()
    say([{ event: 'update', data: { g: { j0: 'ready' } }, id: 'e.2' }])
    await page.reads('j0', 'ready')
    expect(page.watches).toHaveLength(1)
  })
})

describe('ConnectionState', () => {
  it('counts the seconds down to the next connection, and stops when it is unmounted', async () => {
    stage = await ReactStage.open(chromium, script, (_asked, answer) =>
      refuse(answer, 503, { 'retry-after': '60' }),
    )
    await stage.show({ rows: 1 })
    const sign = stage.page.locator('.sign[data-status=reconnecting]')
    await sign.getByText(/in \d+ s$/).waitFor()
    const [said, first] = [await sign.locator('output').textContent(), await sign.textContent()]
    expect(said).toBe('reconnecting')
    await stage.page.waitForFunction(
      `document.querySelector('.sign').textContent !== ${JSON.stringify(first)}`,
    )
    await stage.clear()
    await stage.isStill()
  })

  it('shows why a run cannot be followed', async () => {
    stage = await ReactStage.open(chromium, script, (_asked, answer) => refuse(answer, 404))
    await stage.show({ rows: 1 })
    await stage.page.getByText('failed: It is not to be.').waitFor()
    expect(stage.watches).toHaveLength(1)
    await stage.isStill()
  })
})

describe('useRuns', () => {
  it('OWN-4: shows the runs of the list, the newest first, over one connection', async () => {
    const runs = ['a', 'b'].map((id) => ({ external_id: id, title: id, status: 'ingesting' }))
    const answers: ServerResponse[] = []
    stage = await ReactStage.open(chromium, script, (_asked, answer) => {
      answers.push(begin(answer))
      answer.write(streamText([{ event: 'all_jobs', data: { runs }, id: 'e.1' }]))
    })
    await stage.show({ list: true })
    await stage.reads('list', 'live, b ingesting, a ingesting')
    const changes: RunEvent[] = [
      { event: 'update', data: { runs: { a: 'finished' } } },
      { event: 'detail', data: { runs: { a: { attempt: 1, progress: 100 } } }, id: 'e.2' },
    ]
    answers.at(-1)?.write(streamText(changes))
    await stage.reads('list', 'live, b ingesting, a finished 100')
    expect(stage.watches.map(({ path, query }) => [path, query.get('with')])).toEqual([
      ['/api/runs/live/stream', 'detail'],
    ])
  })
})
