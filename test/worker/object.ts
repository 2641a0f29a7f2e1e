import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

import type { RunObject } from '../../src/durable/run/run-object.ts'
import type { RunStart } from '../../src/durable/run/run-rpc.ts'
import type { FlightGrant, PlanGrant } from '../../src/durable/run/work-rpc.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import type { Settings } from '../../src/settings.ts'
import { readSettings } from '../../src/settings.ts'

export const alice = Owner.parse('alice')

/** The settings of this project's objects and consumers. */
export const settings = readSettings(env.SETTINGS)

export type Stub = DurableObjectStub<RunObject>

const made = new Set<RunId>()

export function newRunId(): RunId {
  const run_id = RunId.parse(crypto.randomUUID().replaceAll('-', ''))
  made.add(run_id)
  return run_id
}

/** Returns the set of runs of a test that begins now. Runs of earlier tests live on in the same workerd. */
export function ownRuns(): ReadonlySet<RunId> {
  made.clear()
  return made
}

export function stubOf(run_id: RunId): Stub {
  return env.RUNS.getByName(run_id)
}

/** The start of a run with groups of these names, in the form that the Worker sends. */
export function startOf(run_id: RunId, groups: readonly string[] = ['acme']): RunStart {
  return {
    run_id,
    owner: alice,
    pipeline: 'ingestion',
    flight_jobs: 100,
    body_hash: 'a hash',
    groups: groups.map((key) => ({ key: GroupKey.parse(key), input: JSON.stringify(key) })),
  }
}

export async function createRun(groups?: readonly string[]): Promise<{ run_id: RunId; run: Stub }> {
  const run_id = newRunId()
  const run = stubOf(run_id)
  await run.create(startOf(run_id, groups))
  await run.direct({ owner: alice, order: go })
  return { run_id, run }
}

/** What lets a new run go on at once, so that a test has not to wait for the owner's object. */
export const go = { kind: 'go', n: 0, round: 1 } as const

/** Jobs with these names, in the form in which a plan adds them. */
export function jobsOf(...names: string[]) {
  return names.map((name) => ({
    external_id: ExternalId.parse(name),
    title: `Title of ${name}`,
    payload: '{}',
  }))
}

/** Claims a group's plan. Throws if it is refused. */
export async function claimPlan(run: Stub, group = 0): Promise<PlanGrant> {
  const grant = await run.claimPlan({ group })
  if (grant.kind === 'refused') throw new Error(`the plan of group ${group} was refused`)
  return grant
}

/** Plans a group with jobs of these names, and closes it. */
export async function plan(run: Stub, names: readonly string[], group = 0): Promise<void> {
  const { attempt } = await claimPlan(run, group)
  await run.addJobs({ group, attempt, jobs: jobsOf(...names) })
  await run.closeGroup({ group, attempt })
}

/** Claims a flight. Throws if it is refused. */
export async function claim(run: Stub, flight: number): Promise<FlightGrant> {
  const grant = await run.claim({ flight })
  if (grant.kind === 'refused') throw new Error(`the flight ${flight} was refused`)
  return grant
}

/** Reports all jobs of a granted flight as ready and new, in the flight's last report. */
export function finish(run: Stub, flight: number, { grant, jobs }: FlightGrant) {
  const rows = jobs.map(
    ({ n, attempt }) => ({ n, attempt, kind: 'ready', outcome: 'new' }) as const,
  )
  return run.report({ flight, grant, rows, last: true })
}

/** Runs code inside the object, as one of its requests. */
export function within<R>(
  run: Stub,
  work: (object: RunObject, state: DurableObjectState) => R | Promise<R>,
): Promise<R> {
  return runInDurableObject<RunObject, R>(run, work)
}

/** Gives a live object other settings, until the object ends. */
export function changeSettings(run: Stub, given: Partial<Settings>): Promise<void> {
  return within(run, (object) => {
    Object.assign(Reflect.get(object, 'settings'), given)
  })
}
