import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { DamagedRow } from '../../src/db/readable.ts'
import { FetchFailure } from '../../src/pipelines/fetch.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import { Overdue } from '../../src/queue/deadline.ts'
import { failureOf } from '../../src/queue/failures.ts'
import { Flight } from '../../src/queue/flight.ts'
import { consumerOf, type Plan } from '../support/plan-consumer.ts'
import { flightOf, keepLog, noPorts, run_id } from '../support/stub-run.ts'

const SECRET = 's3cr3t'

/** Returns what watchers are told of an error, and the lines of the log. */
function tell(error: unknown, kind: 'plan' | 'job' = 'job') {
  const { log, lines } = keepLog()
  const failure = failureOf(error, { kind, name: { run_id: 'r' }, log })
  return { failure, lines }
}

function schemaError(): z.ZodError {
  const { error } = z.object({ [SECRET]: z.string() }).safeParse({ [SECRET]: 1 })
  if (error === undefined) throw new Error('a number is no text')
  return error
}

/** An error in the form of Postgres's driver. */
function statementError() {
  const message = `insert or update on table "x" violates … Key (owner)=(${SECRET})`
  return Object.assign(new Error(message, { cause: new Error(SECRET) }), { code: '42P01' })
}

const anything = fc.anything({ withNullPrototype: true })

describe('an unexpected error', () => {
  it.each([
    ['a schema’s', schemaError()],
    ['Postgres’', statementError()],
    ['of the code', new TypeError(`cannot read ${SECRET}`)],
    ['of the platform', new DOMException(SECRET, 'TimeoutError')],
    ['that is text', SECRET],
    ['that is an object', { toString: (): string => SECRET }],
  ])('%s: becomes a sentence with a code, and the log has the rest, once', (_, error) => {
    for (const kind of ['plan', 'job'] as const) {
      const { failure, lines } = tell(error, kind)
      expect(failure).toEqual({
        code: `${kind}_crashed`,
        message:
          'The Worker met an error that it did not expect. The Worker’s log has the details.',
        retryable: true,
      })
      expect(lines).toMatchObject([['error', `a ${kind} failed unexpectedly`, { run_id: 'r' }]])
      expect(JSON.stringify(lines)).toContain(SECRET)
    }
  })

  it('shows none of its own message, whatever that is', () => {
    const usual = tell(new Error('')).failure
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), anything, (message, thrown) => {
        expect(tell(new Error(message)).failure).toEqual(usual)
        expect(tell(thrown).failure).toEqual(usual)
      }),
    )
  })

  it('is cut in the log to a readable length', () => {
    const long = new Error('x'.repeat(1_000_000), { cause: new Error('y'.repeat(1_000_000)) })
    expect(JSON.stringify(tell(long).lines).length).toBeLessThan(10_000)
  })
})

const no = () => Promise.reject(new Error('no company is asked for'))
const noCompanies = { visit: no, aliases: no, markListed: no, knownPages: no, endVisit: no }

const planOfDamage: Plan = (task, ports) =>
  ingestion.plan({ ...task, input: { slug: 1 } }, { ...ports, companies: noCompanies })

describe('stored data of a run that cannot be read', () => {
  const told = {
    code: expect.stringMatching(/_crashed$/),
    message: expect.stringMatching(/^The W/),
  }

  it('PLAN-3: of a group, is reported in a sentence', async () => {
    const { consume, calls, lines } = consumerOf(planOfDamage)
    await consume()
    expect(calls.at(-1)).toMatchObject(['failPlan', { failure: told }])
    expect(lines).toMatchObject([['error', 'a plan failed unexpectedly', { run_id, group: 1 }]])
  })

  it('JOB-5: of a job, is reported in a sentence', async () => {
    const { log, lines } = keepLog()
    const flight = new Flight(flightOf(1), { run_id, ports: noPorts, log }, (task, ports) =>
      ingestion.work(task, ports),
    )
    await flight.landed
    expect(flight.take()).toMatchObject([{ result: { kind: 'failed', failure: told } }])
    const name = { run_id, group: 'a', external_id: 'job 0', attempt: 1 }
    expect(lines).toMatchObject([['error', 'a job failed unexpectedly', name]])
  })
})

describe('an error that describes itself', () => {
  const failure = { code: 'board_error', message: 'The board answered 500.', retryable: true }
  const far = { code: 'unreachable', message: 'It could not be reached.', retryable: true } as const

  it.each([
    ['of a plan', new PlanFailure(failure, { cause: schemaError() }), failure],
    ['of a fetch', new FetchFailure(far, { cause: schemaError() }), far],
    [
      'of a deadline',
      new Overdue(30_000),
      { code: 'job_deadline', message: 'The job took longer than 30 seconds.', retryable: true },
    ],
    [
      'of Postgres, which is away',
      new DatabaseUnavailable({ cause: new Error(SECRET) }),
      { code: 'database_away', message: 'Postgres cannot be reached.', retryable: true },
    ],
  ])('%s: is reported as it is, and not logged', (_, error, told) => {
    expect(tell(error)).toEqual({ failure: told, lines: [] })
  })

  it('of a damaged row: is reported by the row’s name, not retried, and logged', () => {
    const name = { owner: 'alice', what: 'the company acme', remedy: 'Store it anew.' }
    const { failure: told, lines } = tell(new DamagedRow(name, schemaError()), 'plan')
    expect(told).toEqual({
      code: 'damaged',
      message: 'Runcast cannot read its record of the company acme. Store it anew.',
      retryable: false,
    })
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).toContain(SECRET)
  })
})
