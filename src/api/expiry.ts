import { type Context, Hono } from 'hono'

import { ExpiryDecision, type ExpiryView } from '../protocol/expiry.ts'
import type { RunId } from '../protocol/ids.ts'
import { readJson } from './body.ts'
import { callDatabase } from './database-call.ts'
import type { ApiEnv } from './env.ts'
import { parseInput } from './input.ts'
import type { ApiPorts, ExpiryAnswer } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { isKnown, requireIssued } from './read-run.ts'
import { runIdOf } from './run-id.ts'

/** What a run's companies no longer list, where a person decides what becomes of it (PLAN-4). */
export function expiryRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.get('/:run_id/expiry', async (c) => {
    const run_id = runIdOf(c.req)
    await requireRun(ports, c, run_id)
    const query = { owner: c.get('owner'), run_id }
    return c.json({ expiries: await callDatabase(() => ports.expiries.list(query)) })
  })

  app.post('/:run_id/expiry', async (c) => {
    const run_id = runIdOf(c.req)
    const decision = parseInput(ExpiryDecision, await readJson(c.req.raw))
    await requireRun(ports, c, run_id)
    const owner = c.get('owner')
    const request = { owner, run_id, ...decision, by: owner }
    return c.json(receipt(await callDatabase(() => ports.expiries.decide(request)), decision))
  })
  return app
}

async function requireRun(ports: ApiPorts, c: Context<ApiEnv>, run_id: RunId): Promise<void> {
  const run = { run_id, owner: c.get('owner') }
  await requireIssued(ports, run)
  if (!(await isKnown(ports, run))) throw notFound()
}

/** The same decision again has the same receipt; another one comes too late. */
function receipt(answer: ExpiryAnswer, { company, apply }: ExpiryDecision): ExpiryView {
  switch (answer.kind) {
    case 'unknown':
      throw notFound()
    case 'superseded':
      throw new ProblemError('superseded', {
        detail: `The company ${company} has been visited since: what it lists now stands.`,
      })
    case 'decided':
    case 'decided_already': {
      const { status } = answer.expiry
      if (status === (apply ? 'applied' : 'dropped')) return answer.expiry
      throw new ProblemError('decided', { detail: `The expiry has already been ${status}.` })
    }
  }
}
