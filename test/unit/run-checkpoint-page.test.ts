import { expect, it } from 'vitest'

import { retry } from '../../src/durable/run/retry.ts'
import { checkpointPage } from '../../src/durable/run/run-views.ts'
import { failed, ready, TestRun } from '../support/test-run.ts'

/** Returns the names and statuses of a page, and the position of the next one. */
function page(test: TestRun, limit: number) {
  const { rows, next } = checkpointPage(test.store, { after: null, limit })
  return { rows: rows.map(({ external_id, status }) => [external_id, status]), next }
}

it('RUN-2: a page that is read after a retry has begun leaves out the reopened jobs', () => {
  const test = new TestRun({ flight_jobs: 3 })
  test.create('a')
  test.plan(0, 3)
  test.report(test.claim(), { row: (n) => (n === 1 ? failed(false) : ready()) })
  const [first, second, third] = ['ready', 'failed', 'ready'].map((word, n) => [`0-${n}`, word])
  expect(page(test, 10)).toEqual({ rows: [first, second, third], next: null })
  test.call(retry, { status: 'failed' })
  test.claim()
  expect(page(test, 10)).toEqual({ rows: [first, third], next: null })
  expect(page(test, 2)).toEqual({ rows: [first], next: { group: 0, n: 1 } })
})
