import { z } from 'zod'

import { DatabaseUnavailable } from '../db/connect.ts'
import type { UsageRequest } from '../durable/owner/owner-rpc.ts'
import type { PauseAnswer } from '../durable/run/run-rpc.ts'
import type { Owner, RunName } from '../protocol/ids.ts'
import { OwnerPaused, RunPaused } from '../protocol/run.ts'
import { callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, optionalJsonBody, reply } from './contract/contract.ts'
import { RunPath } from './contract/parameters.ts'
import type { ApiPorts, RunStub } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { requireIssued } from './read-run.ts'

const owned = { tag: 'Runs', access: 'owner' } as const
const body = optionalJsonBody(z.strictObject({}), {})

const paused = {
  ...owned,
  route: 'POST /api/runs/:run_id/pause',
  summary:
    'Pauses a run: what is in flight ends, and nothing new begins. A repeated pause changes nothing.',
  params: RunPath,
  body,
  answers: { 200: json(RunPaused, 'Who paused the run, and when.') },
  problems: ['conflict'],
} as const satisfies Contract

const resumed = {
  ...owned,
  route: 'POST /api/runs/:run_id/resume',
  summary: 'Lets a paused run go on. A run that is not paused stays as it is.',
  params: RunPath,
  body,
  answers: { 200: json(RunPaused, 'The run, without a pause.') },
  problems: ['conflict'],
} as const satisfies Contract

const allPaused = {
  ...owned,
  route: 'POST /api/runs/pause',
  summary: 'Pauses all runs of the caller, also those that are started later.',
  body,
  answers: { 200: json(OwnerPaused, 'Who paused the runs and when, and how many there are.') },
} as const satisfies Contract

const allResumed = {
  ...owned,
  route: 'POST /api/runs/resume',
  summary: 'Lets the runs of the caller go on, but for those that are paused by themselves.',
  body,
  answers: { 200: json(OwnerPaused, 'How many runs there are.') },
} as const satisfies Contract

const usage = {
  tag: 'Service',
  access: 'owner',
  route: 'GET /api/usage',
  summary: 'Shows how many runs of the caller are at work and wait, and each quota with its use.',
  answers: { 200: json(OwnerPaused, 'The numbers of runs, and whether all are paused.') },
} as const satisfies Contract

/** Adds the routes that hold back the work of all of the caller's runs. They come before those of one run. */
export function ownerPauseRoutes(add: AddRoute, ports: ApiPorts): void {
  add(allPaused, async ({ owner }) => {
    return reply(200, await callRun(() => ports.owner(owner).pauseAll({ by: owner })))
  })
  add(allResumed, async ({ owner }) => {
    return reply(200, await callRun(() => ports.owner(owner).resumeAll()))
  })
  add(usage, async ({ owner }) => {
    const counted = await storedNow(ports, owner)
    return reply(200, await callRun(() => ports.owner(owner).admitted(counted)))
  })
}

/** While Postgres is away, the owner's object shows the stored bytes as it knows them. */
async function storedNow({ documents }: ApiPorts, owner: Owner): Promise<UsageRequest> {
  try {
    return { stored_bytes: await documents.storedBytes(owner) }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return {}
    throw error
  }
}

/** Adds the routes that hold back the work of one run. */
export function pauseRoutes(add: AddRoute, ports: ApiPorts): void {
  add(paused, async ({ owner, params: { run_id } }) => {
    const call = (run: RunStub) => run.pause({ owner, by: owner })
    return reply(200, await setPause(ports, { owner, run_id }, call))
  })
  add(resumed, async ({ owner, params: { run_id } }) => {
    const call = (run: RunStub) => run.resume({ owner, by: owner })
    return reply(200, await setPause(ports, { owner, run_id }, call))
  })
}

async function setPause(
  ports: ApiPorts,
  { run_id, owner }: RunName,
  call: (run: RunStub) => Promise<PauseAnswer>,
): Promise<RunPaused> {
  await requireIssued(ports, { run_id, owner })
  const answer = await callRun(() => call(ports.run(run_id)))
  switch (answer.kind) {
    case 'unknown':
      throw notFound()
    case 'ended':
      throw new ProblemError('conflict', {
        detail: `The run has ended (${answer.status}), or is being aborted: it can no longer be paused or resumed.`,
      })
    case 'set':
      return { run_id, ...(answer.paused === undefined ? {} : { paused: answer.paused }) }
  }
}
