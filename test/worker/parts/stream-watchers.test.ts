import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Frame } from '../../../src/durable/watch/frame.ts'
import { subscriptionAt } from '../../../src/durable/watch/position.ts'
import type { Sink } from '../../../src/durable/watch/sink.ts'
import { openSseStream } from '../../../src/durable/watch/sse-sink.ts'
import type { Watchers } from '../../../src/durable/watch/watchers.ts'
import { abort, atWork } from '../at-work.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, changeSettings, createRun, settings, within } from '../object.ts'
import { connect, isEnd, Watcher } from '../watch.ts'
import { watchersOf } from '../watched.ts'

let queues: ManualQueues
const open: Watcher[] = []

beforeEach(() => {
  vi.restoreAllMocks()
  queues = new ManualQueues()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((watcher) => watcher.cancel()))
})

async function watch(run: Stub, cursor?: string): Promise<Watcher> {
  const watcher = new Watcher(await connect(run, { cursor }))
  open.push(watcher)
  return watcher
}

describe('watchers', () => {
  it('W-1: get the same bytes at the same position', async () => {
    const { run, ready } = await atWork(queues, '1', '2', '3')
    const readers = await Promise.all([1, 2, 3].map(async () => reading(await connect(run))))
    await Promise.all(
      readers.map((read) => read(/event: all_jobs\n.*\nid: .*\n\nevent: progress\n.*\n\n$/)),
    )
    await ready(0)
    const updates = await Promise.all(
      readers.map((read) => read(/event: update\n.*\nid: .*\n\n(event: progress\n.*\n\n)?$/)),
    )
    await abort(run)
    const ends = await Promise.all(readers.map((read) => read(/\ndata: aborted\nid: .*\n\n$/)))
    expect(new Set(updates).size).toBe(1)
    expect(new Set(ends).size).toBe(1)
  })

  it('W-1: get nothing while they do not read, and then one diff', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `${n}`)
    const { run, flight, grant } = await atWork(queues, ...names)
    await within(run, async (object) => {
      const { watchers }: { watchers: Watchers } = Reflect.get(object, 'watch')
      const { signal } = new AbortController()
      const subscription = subscriptionAt(
        { kind: 'new' },
        { lean: false, detail: false, log: false },
      )
      const stream = openSseStream(
        watchers,
        { subscription, signal },
        { ...settings, buffer_bytes: 64 },
      )
      const slow = new Watcher(new Response(stream))
      // The stream is pulled ahead of its reader, so the reader waits for the first event.
      await slow.until(({ event }) => event === 'all_jobs')
      const sink = new SlowSink()
      const watcher = watchers.add(sink, { subscription })
      await expect.poll(() => sink.texts).toHaveLength(1)
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
      await expect.poll(() => sink.updates()).toHaveLength(1)
      expect(sink.updates()[0]?.match(/:"ready"/g)).toHaveLength(39)
      watchers.remove(watcher)
      await slow.cancel()
    })
  })

  it('W-7: are removed when their reader cancels', async () => {
    const { run } = await createRun()
    const [one, two] = [await watch(run), await watch(run)]
    await Promise.all([one.next(), two.next()])
    expect(await watchersOf(run)).toBe(2)
    await one.cancel()
    await expect.poll(() => watchersOf(run)).toBe(1)
    await two.cancel()
    await expect.poll(() => watchersOf(run)).toBe(0)
  })

  it('W-8: all get the end, also if others leave at the same moment', async () => {
    const { run } = await atWork(queues, '1')
    const [gone, stays] = [await watch(run), await watch(run)]
    await Promise.all([gone, stays].map((one) => one.until(({ event }) => event === 'all_jobs')))
    const storage = await holdSync(run)
    await abort(run)
    await storage.asked()
    await gone.cancel()
    await expect.poll(() => watchersOf(run)).toBe(1)
    await storage.release()
    await stays.drain()
    expect(stays.events.at(-1)).toMatchObject({ event: 'status', data: 'aborted' })
  })

  it('W-11: see nothing before its storage is synced', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
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

  it('W-11: are closed without an end when the storage fails', async () => {
    const { run, ready } = await atWork(queues, '1', '2')
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
    expect(await again.next()).toMatchObject({ event: 'status', data: 'ingesting' })
    expect(await again.next()).toMatchObject({ event: 'update', data: { acme: { 1: 'ready' } } })
  })

  it('EV-9: get comments as heartbeats', async () => {
    const { run } = await createRun()
    await changeSettings(run, { heartbeat_ms: 20 })
    const response = await connect(run)
    await reading(response)(/\n\n:\n\n:\n\n$/)
    await abort(run)
    await expect.poll(() => watchersOf(run)).toBe(0)
  })
})

/** Reads a stream's text. Each call returns the text since the last call, once it matches. */
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
  readonly needsPulse = true
  room = true
  readonly texts: string[] = []

  updates(): string[] {
    return this.texts.filter((text) => text.includes('event: update'))
  }

  hasRoom(): boolean {
    return this.room
  }

  write(frame: Frame): boolean {
    this.texts.push(new TextDecoder().decode(frame.sse()))
    return true
  }

  pulse(): boolean {
    return true
  }

  end(): void {
    this.texts.push('ended')
  }

  cut(): void {
    this.texts.push('cut')
  }

  turnAway(): void {
    this.texts.push('turned away')
  }
}

/** Holds the next sync of the object's storage from `asked` until `release`. */
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
    asked: () => vi.waitFor(() => expect(hold.asked).toBe(true), 60_000),
    // A request may not resolve a promise of the object, so this runs inside the object.
    release: () => within(run, () => hold.release()),
  }
}
