import { z } from 'zod'

import { FailurePage } from '../protocol/failure.ts'
import { readPage } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { pageOf } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { QueryTime } from './time-query.ts'

const USUAL_MS = 30 * 24 * 3_600_000

const listed = {
  tag: 'Runs',
  access: 'owner',
  route: 'GET /api/failures',
  summary:
    'Groups what failed in the runs of the caller by its code: jobs, and groups whose plan failed.',
  description:
    'In the order of the codes. A job counts from when Postgres has its failure, at the latest at the end of its run; a group counts with the start of its ended run. Those of the last 30 days without `since`.',
  query: z.object({
    since: QueryTime.exactOptional().meta({
      description: 'A date, or a time: what failed then or later.',
      examples: ['2026-10-01'],
    }),
    ...pageOf({ normal: 50, max: 200 }),
  }),
  answers: { 200: json(FailurePage, 'A page of codes, from Postgres.') },
} as const satisfies Contract

/** Adds the route that groups failures (FAIL-1). */
export function failureRoutes(add: AddRoute, ports: ApiPorts): void {
  add(listed, async ({ owner, query: { since, ...query } }) => {
    const from = since ?? new Date(Date.now() - USUAL_MS).toISOString()
    return reply(200, await readPage(() => ports.listFailures({ ...query, owner, since: from })))
  })
}
