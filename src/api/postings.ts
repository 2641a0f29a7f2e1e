import { z } from 'zod'

import { Slug } from '../protocol/company.ts'
import { ExternalId } from '../protocol/ids.ts'
import { PostingPage, PostingView } from '../protocol/posting.ts'
import { callDatabase, readPage } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { pageOf, PostingPath, QueryText, seeing } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'

const common = { tag: 'Postings', access: 'owner' } as const

const listed = {
  ...common,
  route: 'GET /api/postings',
  summary: 'Lists the stored postings of the caller.',
  query: z.object({
    company: Slug.exactOptional().meta({ examples: ['acme'] }),
    external_id: ExternalId.exactOptional().meta({
      description: 'The id of one posting. It may be one that a path cannot hold, such as `..`.',
      examples: ['101'],
    }),
    status: PostingView.shape.status.exactOptional(),
    q: QueryText.exactOptional().meta({ description: 'Words to find.', examples: ['baker'] }),
    ...pageOf({ normal: 50, max: 200 }),
    ...seeing,
  }),
  answers: { 200: json(PostingPage, 'A page of postings.') },
} as const satisfies Contract

const read = {
  ...common,
  // An id may be a web address, so the parameter takes slashes, encoded or not.
  route: 'GET /api/postings/:company/:external_id{[^]+}',
  summary: 'Reads a posting.',
  description:
    'An id that is a web address is percent-encoded. For the ids `.` and `..` use the query `external_id` of the list.',
  params: PostingPath,
  answers: { 200: json(PostingView, 'The posting.') },
  problems: ['damaged'],
} as const satisfies Contract

/** Adds the routes of the caller's stored postings. */
export function postingRoutes(add: AddRoute, ports: ApiPorts): void {
  add(listed, async ({ owner, query }) =>
    reply(200, await readPage(() => ports.listPostings({ ...query, owner }))),
  )

  add(read, async ({ owner, params }) => {
    const posting = await callDatabase(() => ports.readPosting({ ...params, owner }))
    if (posting === undefined) throw notFound()
    return reply(200, posting)
  })
}
