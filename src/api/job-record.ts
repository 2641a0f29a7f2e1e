import type { z } from 'zod'

import type { LiveJob } from '../durable/run/run-rpc.ts'
import { ExternalId, GroupKey } from '../protocol/ids.ts'
import { JobRecord } from '../protocol/run.ts'
import { stepOf } from '../protocol/terminal.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { RunPath } from './contract/parameters.ts'
import { readResult } from './job-results.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'
import { readRun } from './read-run.ts'

const JobPath = RunPath.extend({
  group: GroupKey.meta({ description: 'The key of a group.', examples: ['acme'] }),
  external_id: ExternalId.meta({
    description:
      'The id of a job within its group. An id that is a web address is percent-encoded.',
    examples: ['101'],
  }),
})

const read = {
  tag: 'Runs',
  access: 'reader',
  route: 'GET /api/runs/:run_id/jobs/:group/:external_id',
  summary: 'Reads one job with its attempts, what it waits for, its error and its result.',
  params: JobPath,
  answers: { 200: json(JobRecord, 'The job.') },
  problems: ['unavailable', 'removed', 'damaged'],
} as const satisfies Contract

/** Adds the route of one job. */
export function jobRecordRoutes(add: AddRoute, ports: ApiPorts): void {
  add(read, async ({ owner, params: { run_id, ...name } }) => {
    const run = { owner, run_id }
    const job = await readRun(ports, run, (reads) => reads.job({ owner, ...name }))
    if (job === undefined) throw notFound()
    const result = await readResult(ports, run, { ...name, status: job.status })
    return reply(200, { ...recordOf(name, job), ...result })
  })
}

type JobOfRun = Pick<z.infer<typeof JobPath>, 'group' | 'external_id'>

/** Adds the title, attempt and attempts that a run's object of an earlier version does not send. */
function recordOf(name: JobOfRun, { attempts = [], ...job }: LiveJob): JobRecord {
  const step = stepOf(job.status)
  return {
    title: name.external_id,
    attempt: 0,
    ...name,
    ...job,
    ...(step === undefined ? {} : { step }),
    attempts: [...attempts],
  }
}
