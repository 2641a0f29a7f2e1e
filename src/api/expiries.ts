import { z } from 'zod'

import { ExpiryDecision, ExpiryView } from '../protocol/expiry.ts'
import type { Owner, RunId } from '../protocol/ids.ts'
import { callDatabase } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, jsonBody, reply } from './contract/contract.ts'
import { RunPath } from './contract/parameters.ts'
import type { ApiPorts, ExpiryAnswer } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { isKnown, requireIssued } from './read-run.ts'

const common = { tag: 'Runs', access: 'owner', params: RunPath } as const

const listed = {
  ...common,
  route: 'GET /api/runs/:run_id/expiry',
  summary: 'Lists the postings that are gone from the listings of a run.',
  answers: {
    200: json(z.object({ expiries: z.array(ExpiryView) }), 'One entry for each company.'),
  },
  problems: ['removed'],
} as const satisfies Contract

const decided = {
  ...common,
  route: 'POST /api/runs/:run_id/expiry',
  summary: 'Decides a held expiry: its postings expire, or stay open.',
  description: 'A repeated decision gets the same answer.',
  body: jsonBody(ExpiryDecision, { company: 'acme', apply: true }),
  answers: { 200: json(ExpiryView, 'The expiry as it was decided.') },
  problems: ['superseded', 'decided', 'removed'],
} as const satisfies Contract

/** Adds the routes by which a person reads and decides held expiries (PLAN-4). */
export function expiryRoutes(add: AddRoute, ports: ApiPorts): void {
  add(listed, async ({ owner, params: { run_id } }) => {
    await requireRun(ports, { owner, run_id })
    const expiries = await callDatabase(() => ports.expiries.list({ owner, run_id }))
    return reply(200, { expiries: [...expiries] })
  })

  add(decided, async ({ owner, params: { run_id }, body: decision }) => {
    await requireRun(ports, { owner, run_id })
    const request = { owner, run_id, ...decision, by: owner }
    const answer = await callDatabase(() => ports.expiries.decide(request))
    return reply(200, receipt(answer, decision))
  })
}

async function requireRun(
  ports: ApiPorts,
  run: { readonly owner: Owner; readonly run_id: RunId },
): Promise<void> {
  await requireIssued(ports, run)
  if (!(await isKnown(ports, run))) throw notFound()
}

/** A repeated decision gets the same receipt. The opposite decision comes too late. */
function receipt(answer: ExpiryAnswer, { company, apply }: ExpiryDecision): ExpiryView {
  switch (answer.kind) {
    case 'unknown':
      throw notFound()
    case 'superseded':
      throw new ProblemError('superseded', {
        detail: `A newer visit of the company ${company} has begun. Its listing decides.`,
      })
    case 'decided':
    case 'decided_already': {
      const { status } = answer.expiry
      if (status === (apply ? 'applied' : 'dropped')) return answer.expiry
      throw new ProblemError('decided', { detail: `The expiry has already been ${status}.` })
    }
  }
}
