import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Frame } from '../../../src/durable/watch/frame.ts'
import { subscriptionAt } from '../../../src/durable/watch/position.ts'
import type { Sink } from '../../../src/durable/watch/sink.ts'
import type { Watchers } from '../../../src/durable/watch/watchers.ts'
import { clientOf } from '../api-client.ts'
import { abort, atWork } from '../at-work.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, changeSettings, within } from '../object.ts'
import { watchThrough } from '../watch-library.ts'
import { connect, picture, Watcher } from '../watch.ts'
import { jobsIn, watchersOf } from '../watched.ts'

let queues: ManualQueues

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

describe('a run that has no place for another watcher', () => {
  it('W-5, W-13: is followed by polls, and by a stream again when there is a place, and nothing is lost', async () => {
    const { run, run_id, ready } = await atWork(queues, '1', '2', '3', '4')
    await changeSettings(run, { watchers_max: 1, poll_again_ms: 20 })
    const first = new Watcher(await connect(run))
    await first.until(({ event }) => event === 'all_jobs')
    const { token } = await clientOf(alice)
    const watch = watchThrough(run_id, 'auto', { token })
    const lines: number[] = []
    const read = (async () => {
      for await (const { event, data } of watch.events())
        if (event === 'log' && 'seq' in data) lines.push(data.seq)
    })()
    const shows = (transport: string) =>
      vi.waitFor(
        async () => {
          const { connection, run: shown } = watch.state
          expect(connection).toEqual({ status: 'live', transport })
          expect(picture(shown)).toEqual(await jobsIn(run))
        },
        { timeout: 60_000, interval: 20 },
      )
    await shows('poll')
    await ready(0)
    await shows('poll')
    expect(await watchersOf(run)).toBe(1)
    await first.cancel()
    await shows('sse')
    await ready(1)
    await shows('sse')
    await abort(run)
    await read
    expect(watch.state.run.status).toBe('aborted')
    expect(picture(watch.state.run)).toEqual(await jobsIn(run))
    expect(lines).toEqual(Array.from(lines, (_, index) => index + 1))
  })

  it('W-6, W-13: shows a plain EventSource what is new each time that it comes back', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
    await changeSettings(run, { watchers_max: 1 })
    const first = new Watcher(await connect(run))
    await first.until(({ event }) => event === 'all_jobs')
    const text = await (await connect(run)).text()
    expect(text).toMatch(/\nevent: crowded\ndata: \{\}\n\n$/)
    const [, cursor] = /^id: (.+)$/m.exec(text) ?? []
    await ready(0)
    const again = await (await connect(run, { cursor })).text()
    expect(again).toContain('data: {"acme":{"1":"ready"}}')
    await first.cancel()
    await abort(run)
  })
})

const MANY = 3_000

/** A client whose writes take their time, some 50 µs each. Workerd's clock stands still meanwhile, so it counts. */
class BusySink implements Sink {
  readonly needsPulse = true
  private readonly counted: () => void
  private readonly text = 'x'.repeat(8_000)

  constructor(counted: () => void) {
    this.counted = counted
  }

  hasRoom(): boolean {
    return true
  }

  write(frame: Frame): boolean {
    JSON.stringify([this.text, this.text, frame.id])
    this.counted()
    return true
  }

  pulse(): boolean {
    return true
  }

  end(): void {}
  cut(): void {}
  turnAway(): void {}
}

/** Gives a run very many watchers beside one with a real stream, and counts the writes to them. */
async function addMany(run: Stub) {
  const count = { writes: 0 }
  await changeSettings(run, { watchers_max: MANY + 1 })
  const stream = new Watcher(await connect(run))
  await stream.until(({ event }) => event === 'all_jobs')
  const read = stream.drain()
  await within(run, (object) => {
    const { watchers }: { watchers: Watchers } = Reflect.get(object, 'watch')
    const options = { lean: true, detail: false, log: false }
    const subscription = subscriptionAt({ kind: 'new' }, options)
    for (let i = 0; i < MANY; i += 1)
      watchers.add(new BusySink(() => (count.writes += 1)), { subscription })
  })
  await expect.poll(() => count.writes).toBeGreaterThanOrEqual(MANY)
  return { count, read }
}

/** A worker's calls come over the network. Calls without a pause, from the same process, leave workerd's timers no time. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

describe(`${MANY} watchers`, () => {
  it('W-2: leave time for claims and reports between the writes to them', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `${n}`)
    const { run, flight, grant, ready } = await atWork(queues, ...names)
    const { count, read } = await addMany(run)
    let between = 0
    // Each tick writes once to each watcher.
    const note = (): void => {
      if (count.writes % MANY !== 0) between += 1
    }
    for (const n of names.slice(1).keys()) {
      if (between >= 20) break
      await ready(n)
      for (let calls = 0; calls < 20; calls += 1) {
        await run.report({ flight, grant, rows: [], last: false })
        note()
        await run.claim({ flight: 99 })
        note()
        await pause()
      }
    }
    expect(between).toBeGreaterThanOrEqual(20)
    await abort(run)
    await read
  })
})
