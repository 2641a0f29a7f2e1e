import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { assemble } from '../../../src/compose/parts.ts'
import { postingTail } from '../../../src/db/postings.ts'
import { recordResults } from '../../../src/db/results.ts'
import { writeRun } from '../../../src/db/runs.ts'
import { RunObject } from '../../../src/index.ts'
import { extract } from '../../../src/pipelines/ingestion/extract.ts'
import { type ListedPosting, unknownFields } from '../../../src/pipelines/ingestion/listed.ts'
import { ExternalId } from '../../../src/protocol/ids.ts'
import { AWAY } from '../away.ts'
import { deliver, deliverTo, ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { claim, claimPlan, go, newRunId, settings, startOf, stubOf } from '../object.ts'
import { count, database, newOwner } from '../parts.ts'
import { acked, quiet, type Run, startRun } from '../queued-run.ts'

const POSTINGS = 25

let queues: ManualQueues

// The simulated alarm uses the real clock. With the date an hour ahead it fires only when a test fires
// it.
beforeEach(() => {
  vi.restoreAllMocks()
  vi.useFakeTimers({ toFake: ['Date'] })
  queues = new ManualQueues()
})

/** Makes a run and plans all of its boards. */
async function plannedRun(...boards: number[]): Promise<Run> {
  const run = await startRun(...boards)
  await deliver(await queues.take('plan'))
  return run
}

/** Lets time pass, and fires the alarm. */
async function wakeAfter(run: Stub, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms)
  await runDurableObjectAlarm(run)
}

describe('Q-2: a batch', () => {
  it('goes on after a message that fails, and retries nothing', async () => {
    quiet()
    const { owner, run, run_id } = await plannedRun(21)
    const flights = await queues.take('flight')
    const lost = { kind: 'flight', run_id: newRunId(), flight: 1 }
    const bodies = [{ kind: 'flight' }, ...flights, lost, 'nonsense']
    expect(await deliverTo('runcast-ingestion', bodies)).toMatchObject(acked(4))
    expect(await run.view({ owner })).toMatchObject({
      status: 'finished',
      snapshot: { total: POSTINGS, ready: POSTINGS },
    })
    expect(await count(owner, 'status', run_id)).toEqual({ ready: POSTINGS })
  })

  it('is refused, like every request, if a deployment has gates for more than six connections', async () => {
    const given = { RUNCAST_ENV: 'production', SETTINGS: '{"egress_at_once": 5}' }
    await expect(deliverTo('runcast-plan', [], given)).rejects.toThrow('more than 6 together')
    expect(() => assemble({ ...env, ...given })).toThrow('more than 6 together')
    await expect(deliverTo('runcast-plan', [], { ...given, SETTINGS: '{}' })).resolves.toBeDefined()
  })

  it('DB-3: is released at no cost when Postgres is away for too long, and is done later', async () => {
    const { owner, run, run_id } = await startRun(22)
    const outage = async (kind: 'plan' | 'flight') => {
      const messages = await queues.take(kind)
      expect(await deliver(messages, AWAY)).toMatchObject(acked(1))
      await deliver(await queues.take('checkpoint'), AWAY)
      await wakeAfter(run, Math.max(settings.probe_ms, settings.unavailable_ms))
      expect(await deliver(messages)).toMatchObject(acked(1))
      expect(queues.takeNow(kind)).toEqual([])
      await deliver(await queues.take('checkpoint'))
    }
    await outage('plan')
    await deliver(await queues.take('plan'))
    for (let turn = 0; turn < 5; turn += 1) await outage('flight')
    await deliver(await queues.take('flight'))
    expect(await run.view({ owner })).toMatchObject({
      status: 'finished',
      snapshot: { total: POSTINGS, ready: POSTINGS, new: POSTINGS, failed: 0 },
    })
    expect(await deliver(await queues.take('checkpoint'), AWAY)).toMatchObject({ outcome: 'ok' })
    await wakeAfter(run, settings.unavailable_ms)
    await deliver(await queues.take('checkpoint'))
    const rows = await database().query('SELECT status FROM runs WHERE run_id = $1', [run_id])
    expect(rows).toEqual([{ status: 'finished' }])
    await wakeAfter(run, 600_000)
    expect(queues.takeNow('checkpoint')).toEqual([])
  })

  it('with a checkpoint is owed until Postgres has the run', async () => {
    const { run } = await plannedRun(23)
    await queues.take('checkpoint')
    await wakeAfter(run, settings.unclaimed_ms)
    const again = await queues.take('checkpoint')
    await deliver(again)
    await wakeAfter(run, 600_000)
    expect(queues.takeNow('checkpoint')).toEqual([])
  })
})

describe('a flight', () => {
  it('JOB-1: is worked on once if its message comes twice', async () => {
    const { owner, run_id } = await plannedRun(24)
    const [flight] = await queues.take('flight')
    const report = vi.spyOn(RunObject.prototype, 'report')
    expect(await deliver([flight, flight, flight])).toMatchObject(acked(3))
    expect(await deliver([flight])).toMatchObject(acked(1))
    const rows = report.mock.calls.flatMap(([request]) => request.rows)
    expect(rows.filter(({ kind }) => kind === 'ready')).toHaveLength(POSTINGS)
    expect(await count(owner, 'outcome', run_id)).toEqual({ new: POSTINGS })
  })

  it('JOB-4: has the same outcomes when its report is lost after the commit and repeated', async () => {
    quiet()
    const { owner, run, run_id } = await plannedRun(25)
    const lose = vi.spyOn(RunObject.prototype, 'report').mockResolvedValue({ kind: 'gone' })
    await deliver(await queues.take('flight'))
    lose.mockRestore()
    expect(await count(owner, 'outcome', run_id)).toEqual({ new: POSTINGS })
    await wakeAfter(run, settings.lease_ms)
    await deliver(await queues.take('flight'))
    expect(await run.view({ owner })).toMatchObject({ snapshot: { new: POSTINGS, unchanged: 0 } })
    expect(await count(owner, 'outcome', run_id)).toEqual({ new: POSTINGS })
    const attempts = await database().query(
      'SELECT DISTINCT attempt FROM run_jobs WHERE owner = $1 AND run_id = $2',
      [owner, run_id],
    )
    expect(attempts).toEqual([{ attempt: 2 }])
  })

  it('JOB-5: fails only its poison job, with the reason', async () => {
    const { owner, run } = await startRun(26)
    await queues.take('plan')
    const { attempt } = await claimPlan(run)
    const listed = ['a', 'b'].map(textPosting)
    const blob = `test/${crypto.randomUUID()}`
    await env.BLOBS.put(blob, JSON.stringify(listed))
    const item = { kind: 'listed', blob, visit: 1 }
    const payloads = [{ ...item, index: 0 }, 'poison', { ...item, index: 1 }]
    const jobs = payloads.map((payload, n) => ({
      external_id: ExternalId.parse(['a', 'poison', 'b'][n]),
      title: 'A job',
      payload: JSON.stringify(payload),
    }))
    await run.addJobs({ group: 0, attempt, jobs })
    await run.closeGroup({ group: 0, attempt })
    for (let tries = 1; tries <= settings.failures_max; tries += 1) {
      expect(await deliver(await queues.take('flight'))).toMatchObject(acked(1))
      await wakeAfter(run, settings.backoff_max_ms)
    }
    expect(await run.view({ owner })).toMatchObject({
      status: 'finished',
      snapshot: { total: 3, ready: 2, failed: 1 },
    })
    const page = await run.jobs({ owner, limit: 10, status: 'failed' })
    expect(page).toMatchObject({
      jobs: [{ external_id: 'poison', attempt: 3, error: { code: 'job_crashed' } }],
    })
  })

  it('JOB-5: goes out again after its message ended among the dead letters', async () => {
    const said = quiet()
    const { owner, run } = await plannedRun(27)
    const [flight] = await queues.take('flight')
    await claim(run, flight.flight)
    expect(await deliverTo('runcast-dead-letters', [flight])).toMatchObject(acked(1))
    expect(said.mock.calls.flat().join()).toContain('a message became a dead letter')
    const [again] = await queues.take('flight')
    expect(again).not.toEqual(flight)
    await deliver([again])
    expect(await run.view({ owner })).toMatchObject({ status: 'finished' })
  })
})

it('Q-3: a dead plan or checkpoint is sent again, each to its own queue', async () => {
  quiet()
  const { owner, run } = await startRun(28)
  const plans = await queues.take('plan')
  const [checkpoint] = await queues.take('checkpoint')
  await claimPlan(run)
  await queues.take('checkpoint')
  const dead = [...plans, checkpoint]
  expect(await deliverTo('runcast-dead-letters', dead)).toMatchObject(acked(2))
  expect(await queues.take('checkpoint')).toEqual([checkpoint])
  expect(await queues.take('plan')).toEqual(plans)
  await deliver(plans)
  expect(await run.view({ owner })).toMatchObject({ groups: { 'company-28': { found: POSTINGS } } })
})

it('Q-3: a batch of a queue without a consumer throws, so that it is not lost', async () => {
  await expect(deliverTo('runcast-other', [{}])).rejects.toThrow('runcast-other')
})

describe('RUN-2: after an abort', () => {
  it('overwrites what a late writer leaves in Postgres, and ignores later writes', async () => {
    const { owner, run, run_id } = await plannedRun(29)
    const [flight] = await queues.take('flight')
    const grant = await claim(run, flight.flight)
    const answer = await run.abort({ owner, by: owner })
    expect(answer).toMatchObject({ kind: 'aborted', receipt: { in_flight: POSTINGS } })
    const late = grant.jobs.map(({ external_id, title, attempt }) => ({
      group: grant.group,
      external_id,
      title,
      attempt,
      status: 'ready' as const,
      result: { visit: 1, posting: extract(textPosting('late')) ?? null, page: null },
      error: null,
    }))
    const record = () => recordResults(database(), { owner, run_id, tail: postingTail }, late)
    expect((await record()).won).toHaveLength(POSTINGS)
    await deliver(await queues.take('checkpoint'))
    expect(await count(owner, 'status', run_id)).toEqual({ aborted: POSTINGS })
    expect((await record()).won).toEqual([])
    expect(await count(owner, 'status', run_id)).toEqual({ aborted: POSTINGS })
  })

  it('no job is granted, and a worker is told at its next report', async () => {
    const { owner, run } = await plannedRun(30)
    const [flight] = await queues.take('flight')
    const { grant, jobs } = await claim(run, flight.flight)
    await run.abort({ owner, by: owner })
    const before = await run.view({ owner })
    expect(await run.claim(flight)).toEqual({ kind: 'refused' })
    const rows = jobs.map(
      ({ n, attempt }) => ({ n, attempt, kind: 'ready', outcome: 'new' }) as const,
    )
    const report = { flight: flight.flight, grant, rows, last: false }
    expect(await run.report(report)).toEqual({ kind: 'gone' })
    expect(await run.view({ owner })).toEqual(before)
    await wakeAfter(run, 600_000)
    expect(queues.takeNow('flight')).toEqual([])
    expect(queues.takeNow('plan')).toEqual([])
  })
})

it('DB-2: an old checkpoint does not overwrite a later one', async () => {
  const { owner, run, run_id } = await startRun(31)
  const old = await run.checkpoint()
  if (old === undefined) throw new Error('the run is not there')
  await deliver(await queues.take('plan'))
  await deliver(await queues.take('flight'))
  await deliver(await queues.take('checkpoint'))
  const stored = () =>
    database().query('SELECT status, seq, total FROM runs WHERE owner = $1', [owner])
  const before = await stored()
  expect(before).toMatchObject([{ status: 'finished', total: POSTINGS }])
  await writeRun(database(), old)
  expect(await stored()).toEqual(before)
  expect(run_id).toBe(old.view.run_id)
})

it('a Worker of another version may send more fields', async () => {
  const [owner, run_id] = [newOwner(), newRunId()]
  const run = stubOf(run_id)
  const start = { ...startOf(run_id), owner, weight: 'high', groups: [] }
  const groups = startOf(run_id).groups.map((group) => ({ ...group, weight: 3 }))
  expect(await run.create(Object.assign(start, { groups }))).toMatchObject({ kind: 'created' })
  await run.direct({ owner, order: go })
  const lease = { group: 0, attempt: 1, shard: 'x' }
  await run.claimPlan(Object.assign({ group: 0 }, { priority: 1 }))
  const job = {
    external_id: ExternalId.parse('1'),
    title: 'One',
    payload: '{}',
    status: 'ready',
    n: 9,
    losses: 5,
  }
  expect(await run.addJobs({ ...lease, jobs: [job] })).toEqual({ kind: 'ok' })
  expect(await run.closeGroup(lease)).toEqual({ kind: 'ok' })
  expect(await run.jobs({ owner, limit: 5 })).toMatchObject({
    jobs: [{ external_id: '1', status: 'pending', attempt: 0 }],
  })
  const [flight] = await queues.take('flight')
  const { grant } = await claim(run, flight.flight)
  const row = { n: 0, attempt: 1, kind: 'ready', outcome: 'new', size: 7 } as const
  const report = { flight: flight.flight, grant, rows: [row], last: true, took_ms: 5 }
  expect(await run.report(report)).toMatchObject({ kind: 'held' })
  expect(await run.view({ owner })).toMatchObject({ status: 'finished' })
})

function textPosting(id: string): ListedPosting {
  return { ...unknownFields, external_id: ExternalId.parse(id), title: id, url: '', html: 'Text' }
}
