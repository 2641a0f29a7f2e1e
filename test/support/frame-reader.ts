import { addJobs } from '../../src/durable/run/plans.ts'
import type { Frame } from '../../src/durable/watch/frame.ts'
import { Frames } from '../../src/durable/watch/frames.ts'
import {
  type Position,
  subscriptionAt,
  type SubscriptionOptions,
} from '../../src/durable/watch/position.ts'
import { seed, TestRun } from './test-run.ts'
import { Client, plain } from './test-watch.ts'

export const fresh: Position = { kind: 'new' }

export type Asked = Partial<SubscriptionOptions> & {
  readonly relist?: boolean
  readonly page_bytes?: number
}

export function frameOf(
  test: TestRun,
  place: Position,
  { relist = false, page_bytes = 200_000, ...wanted }: Asked = {},
): Frame {
  const subscription = subscriptionAt(place, { ...plain, ...wanted })
  return new Frames(test.store, page_bytes).frame(test.run, subscription, relist)
}

/** Reads a frame from a position up to now like a client. */
export function read(test: TestRun, place: Position, asked: Asked = {}) {
  const frame = frameOf(test, place, asked)
  const client = new Client()
  client.write(frame)
  const { to, listed, unlisted } = frame
  return { frame, to, listed, unlisted, events: client.events, names: client.names() }
}

/** The position of a watcher that has everything. */
export function here(test: TestRun) {
  const { seq } = test.run
  return { kind: 'shown', shown: seq, listed: seq } as const
}

/** Makes a run whose group `a` is being planned and has `count` jobs. */
export function begin(count: number): TestRun {
  const test = new TestRun()
  test.create('a', 'b')
  test.grantPlan(0)
  test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('', count) })
  return test
}

export function jobs(prefix: string, count: number) {
  return Array.from({ length: count }, (_, n) => seed(`${prefix}${n}`, `Title ${n}`))
}
