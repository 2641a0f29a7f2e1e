import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { Frame } from '../../src/durable/watch/frame.ts'
import { type Position, subscriptionAt } from '../../src/durable/watch/position.ts'
import type { Watched } from '../../src/durable/watch/watched.ts'
import { Watchers } from '../../src/durable/watch/watchers.ts'
import { Settings } from '../../src/settings.ts'
import { Client, plain } from '../support/test-watch.ts'

/** A source that is no run: a number that grows, and a log that names it. */
class Counter implements Watched {
  private count = 0

  grow(): void {
    this.count += 1
  }

  seq(): number {
    return this.count
  }

  frame({ position }: { readonly position: Position }): Frame {
    const from = position.kind === 'shown' ? position.shown : 0
    const lines = Array.from({ length: this.count - from }, (_, i) => this.line(from + i + 1))
    const to = { kind: 'shown', shown: this.count, listed: this.count } as const
    return new Frame(lines, { to, listed: false, unlisted: false, final: false })
  }

  progress(): Frame {
    return this.frame({ position: { kind: 'shown', shown: this.count, listed: this.count } })
  }

  ticked(): void {}
  forget(): void {}

  failed(error: unknown): void {
    throw error
  }

  synced(): Promise<void> {
    return Promise.resolve()
  }

  private line(seq: number) {
    const line = { seq, ts: '', level: 'info', message: `${seq}` }
    return { event: 'log', data: JSON.stringify(line), id: `counter.${seq}` }
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('W-10: any source with a seq and diffs can be watched like a run', async () => {
  const source = new Counter()
  const watchers = new Watchers(source, Settings.parse({}))
  const subscription = subscriptionAt({ kind: 'new' }, plain)
  const [quick, slow] = [new Client(), new Client()]
  for (const client of [quick, slow]) client.watcher = watchers.add(client, { subscription })
  await vi.advanceTimersByTimeAsync(50)
  slow.room = false
  for (let i = 0; i < 5; i += 1) {
    source.grow()
    watchers.changed()
    await vi.advanceTimersByTimeAsync(50)
  }
  expect(quick.cursor).toBe('counter.5')
  expect(quick.frames).toHaveLength(5)
  expect(slow.frames).toHaveLength(0)
  slow.room = true
  if (slow.watcher !== undefined) watchers.drained(slow.watcher)
  await vi.advanceTimersByTimeAsync(50)
  expect(slow.frames).toHaveLength(1)
  expect(slow.events).toEqual(quick.events)
})
