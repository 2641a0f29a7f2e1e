import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { openSseStream } from '../../src/durable/sse-stream.ts'
import type { Sink, Watchers } from '../../src/durable/watchers.ts'
import { HandQueues } from './hand-queues.ts'
import type { Stub } from './object.ts'
import {
  alice,
  changeSettings,
  claim,
  claimPlan,
  createRun,
  jobsOf,
  plan,
  settings,
  within,
} from './object.ts'
import { connect, isEnd, picture, Watcher } from './watch.ts'

let queues: HandQueues
const open: Watcher[] = []

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new HandQueues()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((watcher) => watcher.cancel()))
})

async function watch(run: Stub, cursor?: string): Promise<Watcher> {
  const watcher = new Watcher(await connect(run, cursor))
  open.push(watcher)
  return watcher
}

async function takeFlight(): Promise<number> {
  const [message] = await queues.take('flight')
  return message.flight
}

/** A run with these jobs, all of them in one granted flight. */
async function atWork(...names: string[]) {
  const { run } = await createRun()
  await plan(run, names)
  const flight = await takeFlight()
  const { grant } = await claim(run, flight)
  const ready = (n: number) =>
    run.report({
      flight,
      grant,
      rows: [{ n, attempt: 1, kind: 'ready', outcome: 'new' }],
      last: false,
    })
  return { run, flight, grant, ready }
}

function watchersOf(run: Stub): Promise<number> {
  return within(run, (object) => {
    const watchers: Watchers = Reflect.get(object, 'watchers')
    return watchers.size
  })
}

function abort(run: Stub) {
  return run.abort({ owner: alice, by: alice })
}

describe('what a stream says', () => {
  it('EV-1, EV-2, EV-3: the status first, all jobs, what changed, the end last', async () => {
    const { run } = await createRun()
    const watcher = await watch(run)
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'pending' })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs', data: {} })
    const { attempt } = await claimPlan(run)
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'initializing' })
    await run.addJobs({ group: 0, attempt, jobs: jobsOf('1', '2') })
    expect(await watcher.next()).toMatchObject({
      event: 'all_jobs',
      data: { acme: [{ external_id: '1', title: 'Title of 1', status: 'pending' }, {}] },
    })
    await run.closeGroup({ group: 0, attempt })
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs' })
    const flight = await takeFlight()
    const { grant } = await claim(run, flight)
    const step = { n: 0, attempt: 1, kind: 'step', step: 'extracting' } as const
    await run.report({ flight, grant, rows: [step], last: false })
    expect(await watcher.next()).toMatchObject({
      event: 'update',
      data: { acme: { 1: 'extracting' } },
    })
    const rows = [0, 1].map((n) => ({ n, attempt: 1, kind: 'ready', outcome: 'new' }) as const)
    await run.report({ flight, grant, rows, last: true })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs' })
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'finished' })
    expect(await watcher.next()).toBeUndefined()
    expect(picture(watcher.state)).toEqual({ acme: { 1: 'ready', 2: 'ready' } })
  })

  it('EV-1: who comes after the end gets all jobs and the terminal status, and the close', async () => {
    const { run, ready } = await atWork('1', '2')
    await ready(0)
    await abort(run)
    const watcher = await (await watch(run)).drain()
    expect(watcher.names).toEqual(['all_jobs', 'status'])
    expect(watcher.state.status).toBe('aborted')
    expect(picture(watcher.state)).toEqual({ acme: { 1: 'ready', 2: 'aborted' } })
    expect(await watchersOf(run)).toBe(0)
  })

  it('EV-2: jobs added again are listed at most every two seconds, and the last are not missed', async () => {
    const { run } = await createRun()
    await changeSettings(run, { relist_ms: 300 })
    const watcher = await watch(run)
    const { attempt } = await claimPlan(run)
    const began = Date.now()
    for (let n = 0; n < 20; n += 1) {
      await run.addJobs({ group: 0, attempt, jobs: jobsOf(`${n}`) })
    }
    await watcher.until(({ event, data }) => event === 'all_jobs' && data['acme']?.length === 20)
    const lists = watcher.names.filter((name) => name === 'all_jobs').length
    expect(lists).toBeLessThanOrEqual(3 + (Date.now() - began) / 300)
  })

  it('EV-3: many changes within a tick are one update, with the latest of each', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `${n}`)
    const { run, ready } = await atWork(...names)
    const watcher = await watch(run)
    await watcher.until(({ event }) => event === 'all_jobs')
    await Promise.all(names.slice(0, 29).map((_, n) => ready(n)))
    await watcher.until(
      () =>
        Object.values(picture(watcher.state)['acme'] ?? {}).filter((s) => s === 'ready').length ===
        29,
    )
    expect(watcher.names.filter((name) => name === 'update').length).toBeLessThanOrEqual(3)
  })

  it('EV-9: only the last event of a frame carries an id, and the ids rise', async () => {
    const { run, ready } = await atWork('1', '2')
    const watcher = await watch(run)
    await watcher.until(({ event }) => event === 'all_jobs')
    await ready(0)
    await watcher.until(({ event }) => event === 'update')
    await abort(run)
    await watcher.drain()
    const ids = watcher.events.map(({ id }) => id?.split('.')[1])
    expect(ids).toEqual([undefined, '4', '5', undefined, '6'])
  })

  it('EV-10: no title can forge an event', async () => {
    const { run } = await createRun()
    const { attempt } = await claimPlan(run)
    const title = 'x\r\n\r\nevent: status\ndata: finished\n\n\u2028event: y\u0000\rid: 1'
    const jobs = jobsOf('1\n\ndata: x').map((job) => ({ ...job, title }))
    await run.addJobs({ group: 0, attempt, jobs })
    await run.closeGroup({ group: 0, attempt })
    await abort(run)
    const watcher = await (await watch(run)).drain()
    expect(watcher.names).toEqual(['all_jobs', 'status'])
    expect(watcher.state.groups.get('acme')?.get('1\n\ndata: x')?.title).toBe(title)
  })
})

describe('resuming', () => {
  it('W-4: a cursor of this run gives what changed since, and nothing else', async () => {
    const { run, ready } = await atWork('1', '2', '3')
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    await ready(0)
    await first.until(({ event }) => event === 'update')
    await first.cancel()
    await ready(1)
    const second = await watch(run, first.cursor)
    expect(await second.next()).toMatchObject({ event: 'update', data: { acme: { 2: 'ready' } } })
    await ready(2)
    await second.drain()
    expect(second.names.filter((name) => name === 'all_jobs')).toHaveLength(1)
    expect(second.state.status).toBe('finished')
  })

  it('W-4: a cursor at the end of a live run shows nothing, until something changes', async () => {
    const { run, ready } = await atWork('1', '2')
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    const second = await watch(run, first.cursor)
    await ready(0)
    expect(await second.next()).toMatchObject({ event: 'update', data: { acme: { 1: 'ready' } } })
  })

  it('EV-2: a cursor from before jobs were added gives all jobs', async () => {
    const { run } = await createRun()
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    await plan(run, ['1', '2'])
    const second = await watch(run, first.cursor)
    await second.until(({ event }) => event === 'all_jobs')
    expect(second.names).toEqual(['status', 'all_jobs'])
    expect(picture(second.state)).toEqual({ acme: { 1: 'pending', 2: 'pending' } })
  })

  it.each([
    ['of another epoch', 'zzzzzzzz.1'],
    ['of the future', 'EPOCH.999999'],
    ['without a seq', 'EPOCH.'],
    ['with more after it', 'EPOCH.1 '],
    ['of nonsense', '\u007f{}'],
    ['of 12 KB', 'x'.repeat(12_288)],
    ['that is empty', ''],
  ])('W-4: a cursor %s gives the full state', async (_, form) => {
    const { run } = await atWork('1')
    const epoch = (await run.view({ owner: alice }))?.cursor.split('.')[0] ?? ''
    const watcher = await watch(run, form.replace('EPOCH', epoch))
    expect(await watcher.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    expect(await watcher.next()).toMatchObject({ event: 'all_jobs' })
  })

  it('W-4: the end with a cursor at it is 204, with one before it the end', async () => {
    const { run, ready } = await atWork('1', '2')
    const first = await watch(run)
    await first.until(({ event }) => event === 'all_jobs')
    const before = first.cursor
    await ready(0)
    await ready(1)
    await first.drain()
    const answer = await connect(run, first.cursor)
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    const late = await (await watch(run, before)).drain()
    expect(late.names).toEqual(['all_jobs', 'status'])
    expect(late.cursor).toBe(first.cursor)
  })
})

describe('watchers', () => {
  it('W-1: who stands at the same place gets the same bytes', async () => {
    const { run, ready } = await atWork('1', '2', '3')
    const readers = await Promise.all([1, 2, 3].map(async () => reading(await connect(run))))
    await Promise.all(readers.map((read) => read(/event: all_jobs\n.*\nid: .*\n\n$/)))
    await ready(0)
    const updates = await Promise.all(readers.map((read) => read(/event: update\n.*\nid: .*\n\n$/)))
    await abort(run)
    const ends = await Promise.all(readers.map((read) => read(/\ndata: aborted\nid: .*\n\n$/)))
    expect(new Set(updates).size).toBe(1)
    expect(new Set(ends).size).toBe(1)
  })

  it('W-1: who does not read is passed over, and gets one diff once it reads', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `${n}`)
    const { run, flight, grant } = await atWork(...names)
    await within(run, async (object) => {
      const watchers: Watchers = Reflect.get(object, 'watchers')
      const signal = new AbortController().signal
      const stream = openSseStream(
        watchers,
        { standing: null, signal },
        { ...settings, buffer_bytes: 64 },
      )
      const slow = new Watcher(new Response(stream))
      // A body is pulled ahead of its reader, so the reader waits for what comes first.
      await slow.until(({ event }) => event === 'all_jobs')
      const sink = new SlowSink()
      const watcher = watchers.add(sink, null)
      await vi.waitFor(() => expect(sink.texts).toHaveLength(1))
      sink.room = false
      for (const n of names.slice(1).map(Number)) {
        await object.report({
          flight,
          grant,
          rows: [{ n, attempt: 1, kind: 'ready', outcome: 'new' }],
          last: false,
        })
        if (n % 10 === 0) await slow.until(({ event }) => event === 'update')
      }
      expect(sink.texts).toHaveLength(1)
      sink.room = true
      watchers.drained(watcher)
      await vi.waitFor(() => expect(sink.texts).toHaveLength(2))
      expect(sink.texts[1]?.match(/^event: /gm)).toEqual(['event: '])
      expect(sink.texts[1]?.match(/:"ready"/g)).toHaveLength(39)
      watchers.remove(watcher)
      await slow.cancel()
    })
  })

  it('W-7: a cancelled reader is removed', async () => {
    const { run } = await createRun()
    const [one, two] = [await watch(run), await watch(run)]
    await Promise.all([one.next(), two.next()])
    expect(await watchersOf(run)).toBe(2)
    await one.cancel()
    await vi.waitFor(async () => expect(await watchersOf(run)).toBe(1))
    await two.cancel()
    await vi.waitFor(async () => expect(await watchersOf(run)).toBe(0))
  })

  it('W-8: the end is shown to all, whoever goes at the same moment', async () => {
    const { run } = await atWork('1')
    const [gone, stays] = [await watch(run), await watch(run)]
    await Promise.all([gone, stays].map((one) => one.until(({ event }) => event === 'all_jobs')))
    const storage = await holdSync(run)
    await abort(run)
    await storage.asked()
    await gone.cancel()
    await vi.waitFor(async () => expect(await watchersOf(run)).toBe(1))
    await storage.release()
    await stays.drain()
    expect(stays.events.at(-1)).toMatchObject({ event: 'status', data: 'aborted' })
  })

  it('W-11: nothing is shown before the storage it speaks of is synced', async () => {
    const { run, ready } = await atWork('1', '2')
    const watcher = await watch(run)
    await watcher.until(({ event }) => event === 'all_jobs')
    const storage = await holdSync(run)
    const order: string[] = []
    const shown = watcher.next().then((event) => order.push(event?.event ?? 'the close'))
    await ready(0)
    await storage.asked()
    for (let turn = 0; turn < 5; turn += 1) await run.view({ owner: alice })
    order.push('synced')
    await storage.release()
    await shown
    expect(order).toEqual(['synced', 'update'])
  })

  it('W-11: storage that fails closes the streams without an end', async () => {
    const { run, ready } = await atWork('1', '2')
    const watcher = await watch(run)
    await watcher.until(({ event }) => event === 'all_jobs')
    vi.spyOn(console, 'error').mockReturnValue()
    await within(run, (object) => {
      const storage: DurableObjectStorage = Reflect.get(object, 'ctx').storage
      vi.spyOn(storage, 'sync').mockRejectedValueOnce(new Error('the disk is gone'))
    })
    await ready(0)
    expect(await watcher.next()).toBeUndefined()
    expect(watcher.events.some(isEnd)).toBe(false)
    const again = await watch(run, watcher.cursor)
    expect(await again.next()).toMatchObject({ event: 'update', data: { acme: { 1: 'ready' } } })
  })

  it('EV-9: comments are heartbeats', async () => {
    const { run } = await createRun()
    await changeSettings(run, { heartbeat_ms: 20 })
    const response = await connect(run)
    await reading(response)(/\n\n:\n\n:\n\n$/)
    await abort(run)
    await vi.waitFor(async () => expect(await watchersOf(run)).toBe(0))
  })
})

/** Reads a stream's text: each call gives what came since the last one, once that satisfies. */
function reading(response: Response): (wanted: RegExp) => Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return async (wanted) => {
    let text = ''
    while (!wanted.test(text)) {
      const read = await reader?.read()
      if (read?.value === undefined) throw new Error(`the stream ended after ${text}`)
      text += read.value
    }
    return text
  }
}

class SlowSink implements Sink {
  room = true
  readonly texts: string[] = []

  hasRoom(): boolean {
    return this.room
  }

  write(bytes: Uint8Array): boolean {
    this.texts.push(new TextDecoder().decode(bytes))
    return true
  }

  close(): void {
    this.texts.push('closed')
  }
}

/** Holds the next sync of the object's storage, from when it is `asked` for until `release`. */
async function holdSync(run: Stub) {
  const hold = { asked: false, release: (): void => undefined }
  await within(run, (object) => {
    const storage: DurableObjectStorage = Reflect.get(object, 'ctx').storage
    vi.spyOn(storage, 'sync').mockImplementationOnce(() => {
      hold.asked = true
      return new Promise((resolve) => {
        hold.release = resolve
      })
    })
  })
  return {
    asked: () => vi.waitFor(() => expect(hold.asked).toBe(true)),
    // What one object waits for, another request may not resolve.
    release: () => within(run, () => hold.release()),
  }
}
