import { describe, expect, it } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { RunCheckpoint, RunRpc } from '../../src/durable/run/run-rpc.ts'
import { checkpointPage, checkpointRun } from '../../src/durable/run/run-views.ts'
import { checkpointConsumer } from '../../src/queue/checkpoint.ts'
import { keepLog, run_id, stubRun } from '../support/stub-run.ts'
import { TestRun } from '../support/test-run.ts'

function runOf(jobs: number, end: boolean): TestRun {
  const test = new TestRun()
  test.create('a')
  test.plan(0, jobs)
  if (end) test.flyAll()
  return test
}

const away: Error = new DatabaseUnavailable({ cause: new Error('refused') })

function consumer(test: TestRun, { down = '', fault = away, unwritable = '' } = {}) {
  const order: string[] = []
  const { log, lines } = keepLog()
  const answers: Partial<RunRpc> = {
    checkpoint: () => Promise.resolve(checkpointRun(test.run, test.store)),
    checkpointPage: (query) => Promise.resolve(checkpointPage(test.store, query)),
    checkpointed: ({ seq }) => {
      order.push(`confirmed ${seq}`)
      return Promise.resolve()
    },
    releaseCheckpoint: ({ wait_ms, refused }) => {
      order.push(refused === undefined ? `released ${wait_ms}` : `refused ${refused.seq}`)
      return Promise.resolve()
    },
  }
  const fail = (what: string): void => {
    order.push(what)
    if (down === what) throw fault
  }
  const consuming = checkpointConsumer({
    run: stubRun(answers).run,
    log,
    rows: 2,
    unavailable_ms: 5_000,
    writeRun: ({ seq, terminal }: RunCheckpoint) => {
      fail(`run ${seq} ${terminal}`)
      return Promise.resolve()
    },
    writeJobs: ({ owner }, rows) => {
      fail(`jobs of ${owner}: ${rows.map((row) => row.external_id).join()}`)
      return Promise.resolve(rows.filter(({ external_id }) => external_id === unwritable))
    },
  })
  return { order, lines, consume: () => consuming.consume({ kind: 'checkpoint', run_id }) }
}

function neverWritten(): Promise<never> {
  return Promise.reject(new Error('nothing is written'))
}

describe('a checkpoint', () => {
  it('DB-2: of an ended run writes every job before the run, and is confirmed with its seq', async () => {
    const test = runOf(5, true)
    const { order, consume } = consumer(test)
    await consume()
    const { seq } = test.run
    expect(order).toEqual([
      'jobs of alice: 0-0,0-1',
      'jobs of alice: 0-2,0-3',
      'jobs of alice: 0-4',
      `run ${seq} true`,
      `confirmed ${seq}`,
    ])
  })

  it('DB-2: of a live run writes only the run', async () => {
    const test = runOf(5, false)
    const { order, consume } = consumer(test)
    await consume()
    expect(order).toEqual([`run ${test.run.seq} false`, `confirmed ${test.run.seq}`])
  })

  it('writes no jobs if there are none, and no page twice', async () => {
    const none = consumer(runOf(0, true))
    await none.consume()
    expect(none.order.filter((one) => one.startsWith('jobs'))).toEqual([])
    const full = consumer(runOf(4, true))
    await full.consume()
    expect(full.order.filter((one) => one.startsWith('jobs'))).toHaveLength(2)
  })

  it.each(['jobs of alice: 0-2', 'run'])(
    'Q-2, DB-3: is given back, and not confirmed, when Postgres goes away at %s',
    async (at) => {
      const test = runOf(3, true)
      const down = at === 'run' ? `run ${test.run.seq} true` : at
      const { order, consume } = consumer(test, { down })
      await consume()
      expect(order.slice(-2)).toEqual([down, 'released 5000'])
    },
  )

  it('DB-3: that Postgres refuses is given back too, because Postgres has answered', async () => {
    const test = runOf(1, false)
    const { seq } = test.run
    const fault = new Error('42P01')
    const { order, consume } = consumer(test, { down: `run ${seq} false`, fault })
    await expect(consume()).rejects.toThrow('42P01')
    expect(order.at(-1)).toBe(`refused ${seq}`)
  })

  it('logs the jobs that Postgres refuses, and writes the others and the run', async () => {
    const test = runOf(3, true)
    const { order, lines, consume } = consumer(test, { unwritable: '0-1' })
    await consume()
    expect(order.at(-1)).toBe(`confirmed ${test.run.seq}`)
    const fields = { run_id, refused: [expect.objectContaining({ external_id: '0-1' })] }
    expect(lines).toMatchObject([['error', 'Postgres refused some jobs of a run', fields]])
  })

  it('RUN-5: of a missing run is done at once', async () => {
    const { run, calls } = stubRun({ checkpoint: () => Promise.resolve(undefined) })
    const ports = { run, log: keepLog().log, rows: 2, unavailable_ms: 1 }
    await checkpointConsumer({ ...ports, writeRun: neverWritten, writeJobs: neverWritten }).consume(
      {
        kind: 'checkpoint',
        run_id,
      },
    )
    expect(calls).toHaveLength(1)
  })
})
