import { z } from 'zod'

import type { GroupInput } from '../durable/run/run-rpc.ts'
import type { GroupKey, RunName } from '../protocol/ids.ts'
import { RunInput, RunStarted, type RunView } from '../protocol/run.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, optionalJsonBody, reply } from './contract/contract.ts'
import { RunPath, StartHeaders } from './contract/parameters.ts'
import type { ApiPorts, StartablePipeline } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { readRun } from './read-run.ts'
import { startRun } from './start.ts'

const owned = { tag: 'Runs', access: 'owner' } as const

const asked = {
  ...owned,
  route: 'GET /api/runs/:run_id/input',
  summary: 'Tells what a run was started with.',
  description:
    'The answer is the body of a start. Change what should be different, and post it to `/api/runs`.',
  params: RunPath,
  answers: { 200: json(RunInput, 'The body of a start.') },
  problems: ['archived', 'damaged'],
} as const satisfies Contract

/** `failed`: only the groups that failed, and those with a failed job. */
const AgainChoice = z.strictObject({ only: z.literal('failed').exactOptional() })
type AgainChoice = z.infer<typeof AgainChoice>

const again = {
  ...owned,
  route: 'POST /api/runs/:run_id/again',
  summary: 'Starts another run with the input of a run, or with what failed in it.',
  description:
    'The new run has the name, the labels, the priority and the concurrency of the earlier one.',
  params: RunPath,
  headers: StartHeaders,
  body: optionalJsonBody(AgainChoice, { only: 'failed' }),
  answers: { 202: json(RunStarted, 'The new run, and the paths to watch it.', 'Location') },
  problems: [
    'quota-exceeded',
    'key-reused',
    'deleted',
    'not-configured',
    'nothing-to-retry',
    'conflict',
    'archived',
    'damaged',
  ],
} as const satisfies Contract

/** Adds the routes that tell a run's input and start it once more. */
export function runAgainRoutes(add: AddRoute, ports: ApiPorts): void {
  add(asked, async ({ owner, params: { run_id } }) => {
    const run = await readStarted(ports, { owner, run_id })
    return reply(200, inputOf(run, run.groups))
  })

  add(again, async ({ owner, params: { run_id }, headers, body }) => {
    const run = await readStarted(ports, { owner, run_id })
    if (run.pipeline.once === true) throw belongsToRun(run.pipeline)
    const start = inputOf(run, chosen(run, body))
    const input = run.pipeline.input.parse(start['input'])
    const started = await startRun(ports, { owner, headers }, { ...start, input })
    return reply(202, started, { location: `/api/runs/${started.run_id}` })
  })
}

type StartedRun = {
  readonly view: RunView
  readonly pipeline: StartablePipeline
  readonly groups: readonly GroupInput[]
}

/** Reads a run and what it was started with. Throws a problem if that was not kept. */
async function readStarted(ports: ApiPorts, run: RunName): Promise<StartedRun> {
  const view = await readRun(ports, run, (reads) => reads.view(run))
  const inputs = await readRun(ports, run, (reads) => reads.inputs(run))
  if (view === undefined || inputs === undefined) throw notFound()
  if (inputs.groups === null) throw notKept()
  const pipeline = ports.pipelines[view.pipeline]
  if (pipeline === undefined) throw removedPipeline(view.pipeline)
  return { view, pipeline, groups: inputs.groups }
}

function inputOf({ view, pipeline }: StartedRun, groups: readonly GroupInput[]): RunInput {
  const { name, labels, priority, concurrency } = view
  const seeds = groups.map(({ key, input }) => ({ key, input: JSON.parse(input) }))
  return {
    pipeline: view.pipeline,
    input: pipeline.inputOf(seeds),
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
    ...(priority === undefined ? {} : { priority }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

function chosen({ view, groups }: StartedRun, { only }: AgainChoice): readonly GroupInput[] {
  if (only === undefined) return groups
  const failed = groups.filter(({ key }) => hasFailed(view, key))
  if (failed.length === 0) throw nothingFailed()
  return failed
}

function hasFailed({ groups }: RunView, key: GroupKey): boolean {
  const group = groups[key]
  return (
    group !== undefined && (group.status === 'failed' || (group.counts.by_status.failed ?? 0) > 0)
  )
}

function nothingFailed(): ProblemError {
  return new ProblemError('nothing-to-retry', {
    detail: 'No group of the run has failed or has a failed job.',
  })
}

function notKept(): ProblemError {
  return new ProblemError('archived', {
    detail:
      'The run was archived by an earlier version, which did not keep what it was started with.',
  })
}

function belongsToRun({ name, nouns: { job } }: StartablePipeline): ProblemError {
  return new ProblemError('conflict', {
    detail: `A run of the pipeline ${name} cannot be started again, because its ${job.many} belong to it. Retry the ${job.many} that failed.`,
  })
}

/** The deployment that made the run had this pipeline, and this one lacks it. */
function removedPipeline(name: string): ProblemError {
  return new ProblemError('not-configured', {
    detail: `There is no pipeline ${name} here any more.`,
  })
}
