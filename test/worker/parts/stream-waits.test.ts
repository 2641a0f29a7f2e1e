import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Progress, Wait } from '../../../src/protocol/events.ts'
import { atWork } from '../at-work.ts'
import { ManualQueues } from '../manual-queues.ts'
import { claim, createRun, plan, settings, type Stub } from '../object.ts'
import { connect, Watcher } from '../watch.ts'

let queues: ManualQueues
const open: Watcher[] = []

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  queues = new ManualQueues()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((watcher) => watcher.cancel()))
})

async function watch(run: Stub): Promise<Watcher> {
  const watcher = new Watcher(await connect(run, { log: true }))
  open.push(watcher)
  await watcher.told(() => true)
  return watcher
}

async function wakeAfter(run: Stub, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms)
  await runDurableObjectAlarm(run)
}

function waitIn({ waits = [] }: Progress, code: string): Wait | undefined {
  return waits.find((wait) => wait.code === code)
}

function isAway(progress: Progress): boolean {
  return waitIn(progress, 'database_away') !== undefined
}

describe('EV-6: a watcher is told why its run does not go on', () => {
  it('DB-3: Postgres went away and came back, in the progress and in the log', async () => {
    const { run, flight, grant } = await atWork(queues, '1', '2')
    const renewal = { flight, grant, rows: [], last: false }
    const before = await run.checkpoint()
    const watcher = await watch(run)
    vi.setSystemTime(Date.now() + settings.progress_ms)
    const since = new Date().toISOString()
    await run.databaseAway({ took_ms: 0 })
    const told = await watcher.told(isAway)
    expect(waitIn(told, 'database_away')).toMatchObject({ since, groups: 1 })
    expect(watcher.events.at(-1)).toMatchObject({ event: 'log', data: { level: 'warn' } })
    expect(await run.report(renewal)).toMatchObject({ away: true })

    // The alarms of the probes send further progress while nothing else happens.
    await run.releaseCheckpoint({ wait_ms: 1, took_ms: 0 })
    for (let probe = 0; probe < 3; probe += 1) {
      await wakeAfter(run, settings.probe_ms)
      expect(await run.report(renewal)).toMatchObject({ away: true })
      expect(waitIn(await watcher.told(isAway), 'database_away')).toMatchObject({ since })
      expect(queues.takeNow('checkpoint').length).toBeGreaterThan(0)
      await run.releaseCheckpoint({ wait_ms: 1, took_ms: 0 })
    }
    await run.checkpointed({ seq: before?.seq ?? 0 })
    expect(await run.report(renewal)).toMatchObject({ away: true })

    const seq = (await run.checkpoint())?.seq ?? 0
    await run.checkpointed({ seq })
    await watcher.until(({ event, data }) => event === 'log' && 'level' in data)
    expect(watcher.events.at(-1)).toMatchObject({
      event: 'log',
      data: { level: 'info', message: 'Postgres answers again after 15 s.' },
    })
    vi.setSystemTime(Date.now() + settings.progress_ms)
    await watcher.told((progress) => !isAway(progress))
    expect(await run.report(renewal)).not.toHaveProperty('away')
  })

  it("messages wait in the queue while the run's state does not change", async () => {
    const { run } = await createRun()
    await plan(run, ['1'])
    const since = new Date().toISOString()
    const watcher = await watch(run)
    const { cursor } = watcher
    await wakeAfter(run, settings.unclaimed_ms)
    const told = await watcher.told((progress) => waitIn(progress, 'queue_backlog') !== undefined)
    expect(waitIn(told, 'queue_backlog')).toMatchObject({ since, groups: 1 })
    expect(watcher.cursor).toBe(cursor)
  })

  it('leases have expired, with their number', async () => {
    const { run } = await createRun()
    await plan(run, ['1'])
    const watcher = await watch(run)
    for (const times of ['once', '2 times']) {
      const [{ flight }] = await queues.take('flight')
      await claim(run, flight)
      await wakeAfter(run, settings.lease_ms)
      const told = await watcher.told(
        (progress) => waitIn(progress, 'leases_expired')?.message.includes(times) ?? false,
      )
      expect(waitIn(told, 'leases_expired')).toMatchObject({ groups: 1 })
    }
  })
})
