import type { Context } from 'hono'
import { z } from 'zod'

import type { AbortReceipt } from '../protocol/run.ts'
import { readOptionalJson } from './body.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import { callRun } from './object-call.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { requireIssued } from './read-run.ts'
import { runIdOf } from './run-id.ts'

const AbortBody = z.strictObject({})

/** Ends the run of the path for its owner; asked twice, it gives the same receipt. */
export async function abortRun(ports: ApiPorts, c: Context<ApiEnv>): Promise<AbortReceipt> {
  const run_id = runIdOf(c.req)
  parseInput(AbortBody, await readOptionalJson(c.req.raw))
  const owner = c.get('owner')
  await requireIssued(ports, { run_id, owner })
  const answer = await callRun(() => ports.run(run_id).abort({ owner, by: owner }))
  if (answer.kind === 'unknown') throw notFound()
  if (answer.kind === 'ended')
    throw new ProblemError('conflict', { detail: `The run has already ended: ${answer.status}.` })
  return answer.receipt
}
