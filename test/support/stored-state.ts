import { failPlan } from '../../src/durable/run/plans.ts'
import type { TestRun } from './test-run.ts'

export const hopeless = { code: 'listing_gone', message: 'It is gone.', retryable: false }

export function failGroup(test: TestRun, group: number, failure = hopeless): void {
  const { attempt } = test.grantPlan(group)
  test.call(failPlan, { group, attempt, failure })
}

/** Everything that the store has, except for the outbox. */
export function storedState(test: TestRun) {
  const { store } = test
  return { run: store.readRun(), groups: store.readGroups(), jobs: test.jobs() }
}
