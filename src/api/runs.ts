import { z } from 'zod'

import { randomHex } from '../digest.ts'
import type { RunName } from '../protocol/ids.ts'
import { LogPage } from '../protocol/log.ts'
import {
  AbortReceipt,
  JobPage,
  RetryChoice,
  RunRetried,
  RunStarted,
  RunView,
} from '../protocol/run.ts'
import { CommonJobStatus } from '../protocol/status.ts'
import { callRun } from './calls.ts'
import { compareRoute } from './compare-run.ts'
import type { AddRoute } from './contract/add-route.ts'
import {
  type Contract,
  empty,
  emptyReply,
  json,
  jsonBody,
  optionalJsonBody,
  reply,
} from './contract/contract.ts'
import {
  FreshHeaders,
  isFresh,
  limitOf,
  pageOf,
  QueryText,
  RunPath,
  StartHeaders,
  wholeNumber,
} from './contract/parameters.ts'
import { readWithResults } from './job-results.ts'
import { pauseRoutes } from './pausing.ts'
import type { ApiPorts } from './ports.ts'
import { badCursor, invalidInput, notFound, ProblemError } from './problem.ts'
import { readRun, requireIssued, throwMissing } from './read-run.ts'
import { runAgainRoutes } from './run-again.ts'
import { runListRoute } from './run-list.ts'
import { runNamingRoute } from './run-naming.ts'
import { startBody, startRun } from './start.ts'

const owned = { tag: 'Runs', access: 'owner' } as const
const readable = { tag: 'Runs', access: 'reader' } as const

/** The problems of every route that starts a run. */
export const START_PROBLEMS = ['quota-exceeded', 'key-reused', 'deleted', 'not-configured'] as const

function started(pipelines: ApiPorts['pipelines']) {
  return {
    ...owned,
    route: 'POST /api/runs',
    summary: 'Starts a run.',
    description:
      'Answers once the start is durable. The run needs no further call to reach its end.',
    headers: StartHeaders,
    body: jsonBody(startBody(pipelines), {
      pipeline: 'ingestion',
      input: { companies: ['acme'] },
      name: 'Nightly',
      labels: { team: 'growth' },
    }),
    answers: { 202: json(RunStarted, 'The run, and the paths to watch it.', 'Location') },
    problems: START_PROBLEMS,
  } as const satisfies Contract
}

const read = {
  ...readable,
  route: 'GET /api/runs/:run_id',
  summary: 'Reads the state of a run.',
  params: RunPath,
  headers: FreshHeaders,
  answers: {
    200: json(RunView, 'The state of the run.', 'ETag'),
    304: empty('The state has the `ETag` of `If-None-Match`.', 'ETag'),
  },
  problems: ['damaged'],
} as const satisfies Contract

/** The statuses of a job: those of every pipeline, and the steps of each one. */
function statusOfJob(pipelines: ApiPorts['pipelines']) {
  const steps = Object.values(pipelines).flatMap((one) => one.steps.map(({ step }) => step))
  return z.enum([...CommonJobStatus.options, ...new Set(steps)])
}

function jobs(pipelines: ApiPorts['pipelines']) {
  return {
    ...readable,
    route: 'GET /api/runs/:run_id/jobs',
    summary: 'Lists the jobs of a run.',
    params: RunPath,
    query: z.object({
      group: QueryText.exactOptional().meta({ examples: ['acme'] }),
      status: statusOfJob(pipelines).exactOptional(),
      ...pageOf({ normal: 100, max: 1_000 }),
    }),
    answers: { 200: json(JobPage, 'A page of jobs.') },
    problems: ['removed', 'damaged'],
  } as const satisfies Contract
}

const SEQ = 'a line’s seq: a whole number from 0'

/** The contract of a run's log. The earlier system's route has it too. */
export const logs = {
  ...readable,
  route: 'GET /api/runs/:run_id/logs',
  summary: 'Reads the log of a run, in order.',
  params: RunPath,
  query: z.object({
    after: wholeNumber(z.int(SEQ).min(0, SEQ))
      .default(0)
      .meta({ description: 'The `seq` of the last line that the client has.', examples: [0] }),
    limit: limitOf({ normal: 200, max: 1_000 }),
  }),
  answers: { 200: json(LogPage, 'Lines of the log.') },
  problems: ['removed', 'damaged'],
} as const satisfies Contract

export const aborted = {
  ...owned,
  route: 'POST /api/runs/:run_id/abort',
  summary: 'Aborts a run. A repeated abort returns the same receipt.',
  params: RunPath,
  body: optionalJsonBody(z.strictObject({}), {}),
  answers: { 200: json(AbortReceipt, 'Who aborted the run, when, and at which seq.') },
  problems: ['conflict'],
} as const satisfies Contract

const retried = {
  ...owned,
  route: 'POST /api/runs/:run_id/retry',
  summary: 'Retries what failed in a run, or the named jobs or groups.',
  params: RunPath,
  body: jsonBody(RetryChoice, { status: 'failed' }),
  answers: { 202: json(RunRetried, 'The round, and how many jobs and groups are open again.') },
  problems: ['nothing-to-retry', 'archived'],
} as const satisfies Contract

/** Adds the routes of the caller's runs: start, list, state, jobs, log, name, abort and retry. */
export function runRoutes(add: AddRoute, ports: ApiPorts): void {
  add(started(ports.pipelines), async ({ owner, headers, body }) => {
    const run = await startRun(ports, { owner, headers }, body)
    return reply(202, run, { location: `/api/runs/${run.run_id}` })
  })

  runListRoute(add, ports)

  add(read, async ({ owner, params: { run_id }, headers: fresh }) => {
    const view = await readRun(ports, { run_id, owner }, (run) => run.view({ owner }))
    if (view === undefined) throw notFound()
    const headers = { etag: etagOf(view), 'cache-control': 'private, no-cache' }
    return isFresh(fresh, headers.etag) ? emptyReply(304, headers) : reply(200, view, headers)
  })

  add(jobs(ports.pipelines), async ({ owner, params: { run_id }, query }) => {
    const page = await readWithResults(ports, { run_id, owner, limit: query.limit }, (limit) =>
      readRun(ports, { run_id, owner }, (run) => run.jobs({ ...query, limit, owner })),
    )
    if (page === undefined) throw notFound()
    if (page === 'bad_cursor') throw badCursor()
    return reply(200, page)
  })

  add(logs, async ({ owner, params, query }) =>
    reply(200, await readLogs(ports, { owner, ...params }, query)),
  )

  runNamingRoute(add, ports)
  pauseRoutes(add, ports)
  runAgainRoutes(add, ports)
  compareRoute(add, ports)

  add(aborted, async ({ owner, params }) => reply(200, await abortRun(ports, { owner, ...params })))

  add(retried, async ({ owner, params, body }) =>
    reply(202, await retryRun(ports, { owner, ...params }, body)),
  )
}

/** A change of the name or the labels, and the removal of the jobs, change a run's view and not its cursor. */
function etagOf({ cursor, named, removed_at }: RunView): string {
  const tag = named === undefined ? cursor : `${cursor}.named-${named}`
  return removed_at === undefined ? `"${tag}"` : `"${tag}.removed"`
}

/** Reads the log lines of a run after the given one. */
export async function readLogs(
  ports: ApiPorts,
  { run_id, owner }: RunName,
  query: { readonly after: number; readonly limit: number },
): Promise<LogPage> {
  const page = await readRun(ports, { run_id, owner }, (run) => run.logs({ ...query, owner }))
  if (page === undefined) throw notFound()
  return page
}

/** Aborts a run. Throws a problem if the run has already ended. */
export async function abortRun(ports: ApiPorts, { run_id, owner }: RunName): Promise<AbortReceipt> {
  await requireIssued(ports, { run_id, owner })
  const answer = await callRun(() => ports.run(run_id).abort({ owner, by: owner }))
  if (answer.kind === 'unknown') return throwMissing(ports, { run_id, owner })
  if (answer.kind === 'ended')
    throw new ProblemError('conflict', { detail: `The run has already ended: ${answer.status}.` })
  return answer.receipt
}

/**
 * Retries what failed in a run, or the named jobs or groups. If the run had ended, its next round begins
 * (RUN-1).
 */
async function retryRun(
  ports: ApiPorts,
  { run_id, owner }: RunName,
  choice: RetryChoice,
): Promise<RunRetried> {
  await requireIssued(ports, { run_id, owner })
  const request = { ...choice, owner, retry_id: randomHex(16) }
  const answer = await callRun(() => ports.run(run_id).retry(request))
  switch (answer.kind) {
    case 'unknown':
      return throwMissing(ports, { run_id, owner })
    case 'missing':
      throw notOfThisRun(choice, answer.at)
    case 'nothing':
      throw answer.archived === true ? archived() : nothingFailed()
    case 'retried': {
      const { round, jobs: opened, groups } = answer
      return { run_id, round, jobs: opened, groups }
    }
  }
}

function archived(): ProblemError {
  return new ProblemError('archived', {
    detail: 'The run is archived. It can be read, and no longer be retried.',
  })
}

function nothingFailed(): ProblemError {
  return new ProblemError('nothing-to-retry', {
    detail: 'None of the jobs and groups asked for has failed.',
  })
}

function notOfThisRun(choice: RetryChoice, at: readonly number[]): ProblemError {
  const named = choice.jobs === undefined ? 'groups' : 'jobs'
  return invalidInput(
    at.map((i) => ({ path: `${named}.${i}`, message: 'is not part of this run' })),
  )
}
