import type { Context } from 'hono'

import { randomHex } from '../digest.ts'
import { RetryChoice, type RunRetried } from '../protocol/run.ts'
import { readJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import { callRun } from './object-call.ts'
import type { ApiPorts } from './ports.ts'
import { invalidInput, notFound, ProblemError } from './problem.ts'
import { requireIssued } from './read-run.ts'
import { runIdOf } from './run-id.ts'

/** Opens again what failed of the run of the path, or what is named: its next round (RUN-1). */
export async function retryRun(ports: ApiPorts, c: Context<ApiEnv>): Promise<RunRetried> {
  const run_id = runIdOf(c.req)
  const choice = parseInput(RetryChoice, await readJson(c.req.raw))
  const owner = c.get('owner')
  await requireIssued(ports, { run_id, owner })
  const request = { ...choice, owner, retry_id: randomHex(16) }
  const answer = await callRun(() => ports.run(run_id).retry(request))
  switch (answer.kind) {
    case 'unknown':
      throw notFound()
    case 'missing':
      throw notOfThisRun(choice, answer.at)
    case 'nothing':
      throw answer.archived === true ? archived() : nothingFailed()
    case 'retried': {
      const { round, jobs, groups } = answer
      return { run_id, round, jobs, groups }
    }
  }
}

function archived(): ProblemError {
  return new ProblemError('archived', {
    detail: 'The run ended long enough ago that it can only be read.',
  })
}

function nothingFailed(): ProblemError {
  return new ProblemError('nothing-to-retry', {
    detail: 'Nothing of what is asked for has failed: it is ready, or open already.',
  })
}

function notOfThisRun({ jobs }: RetryChoice, at: readonly number[]): ProblemError {
  const named = jobs === undefined ? 'groups' : 'jobs'
  return invalidInput(at.map((i) => ({ path: `${named}.${i}`, message: 'is not of this run' })))
}
