import { expect, it, vi } from 'vitest'

import { addJobs } from '../../src/durable/run/plans.ts'
import { Frames } from '../../src/durable/watch/frames.ts'
import { type Position, subscriptionAt } from '../../src/durable/watch/position.ts'
import { begin, fresh, here, jobs } from '../support/frame-reader.ts'
import { plain } from '../support/test-watch.ts'

function back(shown: number): Position {
  return { kind: 'resumed', shown }
}

it('W-2: a full state is read once, whatever the number of cursors that resume from it', () => {
  const test = begin(3)
  for (let i = 0; i < 5; i += 1)
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs(`more-${i}-`, 1) })
  const frames = new Frames(test.store, 200_000)
  const listing = vi.spyOn(test.store, 'listing')
  const { seq } = test.run
  for (const place of [fresh, back(seq - 1), back(seq - 2), back(seq - 3)]) {
    const frame = frames.frame(test.run, subscriptionAt(place, plain), false)
    expect(frame.events.map(({ event }) => event)).toContain('all_jobs')
  }
  expect(listing).toHaveBeenCalledTimes(1)
  test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('last', 1) })
  frames.frame(test.run, subscriptionAt(fresh, plain), false)
  expect(listing).toHaveBeenCalledTimes(2)
})

it('W-2: watchers at the same position get the same frame until the next change', () => {
  const test = begin(2)
  const frames = new Frames(test.store, 200_000)
  const subscription = subscriptionAt(here(test), plain)
  test.report(test.claim())
  const first = frames.frame(test.run, subscription, false)
  expect(frames.frame(test.run, { ...subscription }, false)).toBe(first)
  test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('x', 1) })
  expect(frames.frame(test.run, subscription, false)).not.toBe(first)
  // A frame that lists the added jobs differs from one that leaves them for later.
  const later = frames.frame(test.run, subscription, false)
  expect(frames.frame(test.run, subscription, true)).not.toBe(later)
})
