import { z } from 'zod'

import { ListedStatus, RunPage } from '../protocol/run.ts'
import { callDatabase, readPage } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { pageOf, QueryText, seeing, wholeNumber } from './contract/parameters.ts'
import { LabelFilter } from './label-filter.ts'
import type { ApiPorts } from './ports.ts'
import { QueryTime } from './time-query.ts'

const SECONDS = 'must be a whole number of seconds'

/** The filter of the list of runs. An action on many runs takes the same one. */
export const runFilter = {
  status: ListedStatus.exactOptional().meta({
    description: '`with_problems`: finished, with a failed job or a failed group.',
  }),
  pipeline: QueryText.exactOptional().meta({ examples: ['ingestion'] }),
  label: LabelFilter.exactOptional().meta({
    description: 'A label that the run has, by its key or by `key:value`.',
    examples: ['team:growth'],
  }),
  group: QueryText.exactOptional().meta({
    description: 'The key of a group of the run: in ingestion a company, in documents a matter.',
    examples: ['acme'],
  }),
  q: QueryText.exactOptional().meta({
    description: 'A part of the run’s name, or of its only group’s title if it has no name.',
    examples: ['nightly'],
  }),
  started_since: QueryTime.exactOptional().meta({
    description: 'A date, or a time: runs that were started then or later.',
    examples: ['2026-10-01'],
  }),
  started_before: QueryTime.exactOptional().meta({
    description: 'A date, or a time: runs that were started before.',
    examples: ['2026-11-01'],
  }),
  longer_than_s: wholeNumber(z.int(SECONDS).min(0, SECONDS).max(1_000_000_000, SECONDS))
    .exactOptional()
    .meta({
      description: 'Runs that took longer than so many seconds, or are at work for longer.',
      examples: [600],
    }),
}

const listed = {
  tag: 'Runs',
  access: 'owner',
  route: 'GET /api/runs',
  summary: 'Lists the runs of the caller, the newest first.',
  description:
    'The first page also counts the runs that match all filters but `status`, for each status.',
  query: z.object({
    ...runFilter,
    ...pageOf({ normal: 50, max: 200 }),
    ...seeing,
  }),
  answers: { 200: json(RunPage, 'A page of runs, from Postgres.') },
} as const satisfies Contract

export function runListRoute(add: AddRoute, ports: ApiPorts): void {
  add(listed, async ({ owner, query }) => {
    const [page, counts] = await Promise.all([
      readPage(() => ports.listRuns({ ...query, owner })),
      query.cursor === undefined
        ? callDatabase(() => ports.countRuns({ ...query, owner }))
        : undefined,
    ])
    return reply(200, counts === undefined ? page : { ...page, counts })
  })
}
