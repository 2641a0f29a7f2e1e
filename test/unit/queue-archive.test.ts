import { describe, expect, it } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { archiveJobs, archiveLines, archiveRun } from '../../src/durable/run/archival.ts'
import { confirmCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { retry } from '../../src/durable/run/retry.ts'
import type { RunRpc } from '../../src/durable/run/run-rpc.ts'
import { archiveConsumer } from '../../src/queue/archive.ts'
import { keepLog, run_id, stubRun } from '../support/stub-run.ts'
import { failed, TestRun } from '../support/test-run.ts'

function dueRun(): TestRun {
  const test = new TestRun()
  test.create('a')
  test.plan(0, 3)
  while (test.mail.some(({ subject }) => subject.kind === 'flight'))
    test.report(test.claim(), { row: () => failed(false) })
  test.call(confirmCheckpoint, test.run)
  test.pass(test.settings.archive_ms)
  return test
}

type Trouble = {
  /** The part of the archive that Postgres refuses or does not answer. */
  readonly at?: string
  readonly kind?: 'away' | 'lacking' | 'broken'
  /** Called after that part was read. */
  readonly meanwhile?: () => void
}

function consumer(test: TestRun, { at, kind, meanwhile }: Trouble = {}) {
  const order: string[] = []
  const { lines, log } = keepLog()
  const source = () => ({ run: test.run, store: test.store })
  const answers: Partial<RunRpc> = {
    archive: async () => archiveRun(test.run, test.store),
    archiveJobs: async (query) => archiveJobs(source(), query),
    archiveLines: async (query) => archiveLines(source(), query),
    archived: async ({ seq, last_line }) => void order.push(`archived ${seq} ${last_line}`),
    releaseArchive: async ({ wait_ms }) => void order.push(`released ${wait_ms}`),
  }
  const bring = (what: string): boolean => {
    order.push(what)
    if (what !== at) return true
    meanwhile?.()
    if (kind === 'away') throw new DatabaseUnavailable({ cause: new Error('refused') })
    if (kind === 'broken') throw new TypeError('broken')
    return kind !== 'lacking'
  }
  const consuming = archiveConsumer({
    run: stubRun(answers).run,
    log,
    rows: 2,
    unavailable_ms: 5_000,
    archiveJobs: async (_, rows) => {
      const names = rows.map(({ external_id }) => external_id)
      return bring(`jobs ${names.join()}`) ? [] : rows
    },
    archiveLines: async (_, page) =>
      bring(`lines after ${page.after}`) ? [] : page.lines.slice(0, 1),
    archiveRun: async ({ seq }) => bring(`run ${seq}`),
  })
  return { order, lines, consume: () => consuming.consume({ kind: 'archive', run_id }) }
}

describe('an archive', () => {
  it('writes the jobs, the log and at last the run, and only then tells the object', async () => {
    const test = dueRun()
    const { order, consume } = consumer(test)
    await consume()
    const last = test.store.lastLine()
    const pages = Array.from({ length: Math.floor(last / 2) + 1 }, (_, i) => `lines after ${2 * i}`)
    expect(order).toEqual([
      'jobs 0-0,0-1',
      'jobs 0-2',
      ...pages,
      `run ${test.run.seq}`,
      `archived ${test.run.seq} ${last}`,
    ])
  })

  it.each(['jobs 0-2', 'lines after 2', 'run'])(
    'is given back, with a line in the log, if Postgres lacks something: %s',
    async (part) => {
      const test = dueRun()
      const at = part === 'run' ? `run ${test.run.seq}` : part
      const { order, lines, consume } = consumer(test, { at, kind: 'lacking' })
      await consume()
      expect(order.slice(-2)).toEqual([at, 'released 5000'])
      expect(lines).toMatchObject([
        [
          'error',
          'a run was not archived, because Postgres lacks a part of it',
          { run_id, count: 1 },
        ],
      ])
    },
  )

  it.each(['jobs 0-2', 'lines after 2', 'run'])(
    'Q-2, DB-3: is given back when Postgres goes away at %s',
    async (part) => {
      const test = dueRun()
      const at = part === 'run' ? `run ${test.run.seq}` : part
      const { order, lines, consume } = consumer(test, { at, kind: 'away' })
      await consume()
      expect(order.slice(-2)).toEqual([at, 'released 5000'])
      expect(lines).toEqual([])
    },
  )

  it('is given back after an unexpected error, which is thrown', async () => {
    const { order, consume } = consumer(dueRun(), { at: 'jobs 0-2', kind: 'broken' })
    await expect(consume()).rejects.toThrow(TypeError)
    expect(order.at(-1)).toBe('released 5000')
  })

  it.each(['jobs 0-0,0-1', 'lines after 0'])(
    'RUN-1: ends if a retry comes in the middle: %s',
    async (at) => {
      const test = dueRun()
      const meanwhile = () => void test.call(retry, { status: 'failed' })
      const { order, consume } = consumer(test, { at, meanwhile })
      await consume()
      expect(order.at(-1)).toBe(at)
      expect(test.store.readRun()).toEqual(test.run)
    },
  )

  it('RUN-5: of a missing run, or of one that owes none, is done at once', async () => {
    const test = dueRun()
    test.call(retry, { status: 'failed' })
    const { order, consume } = consumer(test)
    await consume()
    expect(order).toEqual([])
  })
})
