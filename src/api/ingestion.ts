import { z } from 'zod'

import { RunId } from '../protocol/ids.ts'
import { startInput } from './chosen-companies.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, jsonBody, reply } from './contract/contract.ts'
import { StartHeaders } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { aborted, abortRun, logs, readLogs, START_PROBLEMS } from './runs.ts'
import { startRun } from './start.ts'

const PIPELINE = 'ingestion'

function inputOf(pipelines: ApiPorts['pipelines']): z.ZodType {
  const pipeline = pipelines[PIPELINE]
  return pipeline === undefined ? z.never() : startInput(pipeline)
}

function started(pipelines: ApiPorts['pipelines']) {
  return {
    tag: 'Earlier system',
    access: 'owner',
    route: 'POST /api/ingestion/start',
    summary: 'Starts a run of the ingestion pipeline. The body is its input.',
    headers: StartHeaders,
    body: jsonBody(inputOf(pipelines), { companies: ['acme'] }),
    answers: { 202: json(z.object({ run_id: RunId }), 'The id of the run.', 'Location') },
    problems: START_PROBLEMS,
  } as const satisfies Contract
}

const abortedEarlier = {
  ...aborted,
  tag: 'Earlier system',
  route: 'POST /api/ingestion/abort/:run_id',
} as const satisfies Contract

const logsEarlier = {
  ...logs,
  tag: 'Earlier system',
  route: 'GET /api/ingestion/logs/:run_id',
} as const satisfies Contract

/** Adds the earlier system's routes of the ingestion pipeline. They do the same as those of `/api/runs`. */
export function ingestionRoutes(add: AddRoute, ports: ApiPorts): void {
  add(started(ports.pipelines), async ({ owner, headers, body: input }) => {
    const { run_id } = await startRun(ports, { owner, headers }, { pipeline: PIPELINE, input })
    return reply(202, { run_id }, { location: `/api/runs/${run_id}` })
  })

  add(abortedEarlier, async ({ owner, params }) =>
    reply(200, await abortRun(ports, { owner, ...params })),
  )

  add(logsEarlier, async ({ owner, params, query }) =>
    reply(200, await readLogs(ports, { owner, ...params }, query)),
  )
}
