import { describe, expect, it } from 'vitest'

import { headline } from '../../scripts/demo/picture.ts'
import { summaryOf } from '../../scripts/demo/summary.ts'
import { abort } from '../../src/durable/run/abort.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { unwatched } from '../../src/protocol/fold.ts'
import { failGroup, hopeless } from '../support/stored-state.ts'
import { failed, ready, TestRun } from '../support/test-run.ts'

function view(test: TestRun) {
  return { ...viewRun(test.run, test.store), pipeline: 'ingestion' }
}

/** Makes a run of two companies. One has four jobs, the other has a name. */
function begin(): TestRun {
  const test = new TestRun({ flight_jobs: 4 })
  const { groups, ...start } = test.start('acme', 'zeta')
  const named = groups.map((group) =>
    group.key === 'zeta' ? { ...group, title: 'Zeta Ltd' } : group,
  )
  test.engine.create({ ...start, groups: named }, 'epoch')
  test.plan(0, 4)
  return test
}

describe("the demo's summary of a run", () => {
  it('RUN-4: names problems in its last line, and failed companies by their names', () => {
    const test = begin()
    failGroup(test, 1)
    test.report(test.claim(), { row: (n) => (n === 0 ? failed(false) : ready()) })
    const lines = summaryOf(view(test)).split('\n')
    expect(lines[0]).toMatch(/^Run [0-9a-f]{32} is finished with problems after \d+\.\d s\.$/)
    expect(lines.slice(1)).toEqual([
      '  4 jobs: 3 ready, 1 failed, 0 skipped, 0 aborted',
      '  postings: 3 new, 0 changed, 0 unchanged',
      '  companies: 1 done, 1 failed',
      `    Zeta Ltd: ${hopeless.code}`,
      'Finished with problems: 1 of 2 companies could not be read, 1 of 4 postings failed.',
    ])
    const { status, snapshot } = view(test)
    const shown = { ...unwatched, status, ...(snapshot ? { snapshot } : {}) }
    expect(headline(shown, [])).toMatch(/^finished with problems {2}/)
  })

  it('RUN-3: of an aborted run names the companies that were not read', () => {
    const test = begin()
    test.call(abort, { by: 'alice' })
    const lines = summaryOf(view(test)).split('\n')
    expect(lines[0]).toContain(' is aborted')
    expect(lines.slice(-2)).toEqual([
      '  companies: 1 done, 0 failed, 1 aborted',
      'Problems: 1 of 2 companies aborted.',
    ])
  })

  it('says nothing about problems if there are none', () => {
    const test = new TestRun()
    test.create('acme')
    test.plan(0, 1)
    test.flyAll()
    const lines = summaryOf(view(test)).split('\n')
    expect(lines[0]).toContain(' is finished after ')
    expect(lines.at(-1)).toBe('  companies: 1 done, 0 failed')
  })
})
