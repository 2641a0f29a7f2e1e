import { expect, it } from 'vitest'

import { runsOf } from '../../src/client/react/live-runs.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { TestOwner } from '../support/test-owner.ts'
import { ready, TestRun } from '../support/test-run.ts'

it('OWN-4: the runs of a state are typed, with their facts, the newest first', () => {
  const owner = new TestOwner()
  const test = new TestRun()
  test.create('a')
  test.plan(0, 2)
  test.report(test.claim(), { row: ready })
  owner.hear(test.standing())
  owner.read()
  const [run, ...others] = runsOf(owner.client.state)
  expect(others).toEqual([])
  expect(run).toMatchObject({
    run_id: test.run.run_id,
    title: 'a',
    status: 'finished',
    round: 1,
    percent: 100,
    pipeline: 'letters',
    problems: { groups: 0, jobs: 0 },
    progress: { counts: { total: 2, by_status: { ready: 2 } } },
  })
})

it('a run without details has its title and its status', () => {
  const entry = { external_id: 'x', title: 'X', status: 'resting' }
  const state = fold(unwatched, { event: 'all_jobs', data: { runs: [entry] } })
  expect(runsOf(state)).toEqual([{ run_id: 'x', title: 'X', status: 'resting' }])
  expect(runsOf(unwatched)).toEqual([])
})
