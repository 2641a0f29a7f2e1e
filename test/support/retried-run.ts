import { expect } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { ExternalId, GroupKey } from '../../src/protocol/ids.ts'
import type { RetryChoice } from '../../src/protocol/run.ts'
import { failed, ready, step, TestRun } from './test-run.ts'

export const all: RetryChoice = { status: 'failed' }
const skipped = { kind: 'skipped', reason: { code: 'robots', message: 'Forbidden.' } } as const

export function groups(...keys: string[]): RetryChoice {
  return { groups: keys.map((key) => GroupKey.parse(key)) }
}

export function jobs(...names: [group: string, external_id: string][]): RetryChoice {
  return {
    jobs: names.map(([group, id]) => ({
      group: GroupKey.parse(group),
      external_id: ExternalId.parse(id),
    })),
  }
}

/** Makes a finished run with one group of four jobs: ready, failed, skipped, ready. */
export function finished(): TestRun {
  const test = new TestRun({ flight_jobs: 4 })
  test.create('a')
  test.plan(0, 4)
  test.report(test.claim(), { row: (n) => [ready(), failed(false), skipped][n] ?? ready() })
  expect(test.run.life.status).toBe('finished')
  return test
}

/**
 * Makes an aborted run. `a` has jobs that are ready, failed, at work and never sent. `b` to `d` were never
 * planned.
 */
export function aborted(): TestRun {
  const test = new TestRun({ flight_jobs: 3, settings: { window_jobs: 3, window_plans: 1 } })
  test.create('a', 'b', 'c', 'd')
  test.plan(0, 7)
  test.report(test.claim(), {
    last: false,
    row: (n) => [ready(), failed(false), step()][n],
  })
  test.call(abort, { by: 'alice' })
  test.mail = []
  expect(test.statuses().toSorted()).toEqual([...Array(5).fill('aborted'), 'failed', 'ready'])
  return test
}
