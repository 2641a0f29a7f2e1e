import type { PostingQuery } from '../db/posting-list.ts'
import { PostingHistory, PostingPage, PostingView, RelatedPostings } from '../protocol/posting.ts'
import { callDatabase, readPage } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { PostingPath } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { exportPostings } from './posting-export.ts'
import { highlighted } from './posting-highlights.ts'
import { PostingListQuery, postingQuery } from './posting-query.ts'
import { notFound } from './problem.ts'

const common = { tag: 'Postings', access: 'owner' } as const

const listed = {
  ...common,
  route: 'GET /api/postings',
  summary: 'Lists the stored postings of the caller.',
  query: PostingListQuery,
  answers: { 200: json(PostingPage, 'A page of postings, or a stream of all with `format`.') },
} as const satisfies Contract

const history = {
  ...common,
  route: 'GET /api/postings/:company/:external_id/history',
  summary: 'Reads what changed of a posting, the newest change first.',
  description:
    'Each change has its fields with the values before and after. An id with a slash is percent-encoded. Changes are kept as long as the jobs of their runs.',
  params: PostingPath,
  answers: { 200: json(PostingHistory, 'The changes of the posting.') },
  problems: ['damaged'],
} as const satisfies Contract

const related = {
  ...common,
  route: 'GET /api/postings/:company/:external_id/related',
  summary: 'Lists the postings about the same job as one.',
  description:
    'They have the same requisition at one employer, or a near-equal text. Postings are related across companies, and are never merged.',
  params: PostingPath,
  answers: { 200: json(RelatedPostings, 'The related postings, the surest first.') },
  problems: ['damaged'],
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
  add(listed, async ({ owner, query }) => {
    const asked = await postingQuery(owner, query, ports)
    const { format, bom } = query
    if (format !== 'json') return exportAll({ format, bom }, asked, ports)
    const [page, facets] = await Promise.all([
      readPage(() => ports.listPostings(asked)),
      query.facets && callDatabase(() => ports.countFacets(asked, query.facets ?? [])),
    ])
    const { q } = asked
    const postings =
      q === undefined ? page.postings : page.postings.map((one) => highlighted(one, q))
    return reply(200, { ...page, postings, ...(facets ? { facets } : {}) })
  })

  // Both before the route of a posting, whose id may have slashes.
  add(history, async ({ owner, params }) => {
    const found = await callDatabase(() => ports.readPostingHistory({ ...params, owner }))
    if (found === undefined) throw notFound()
    return reply(200, found)
  })

  add(related, async ({ owner, params }) => {
    const found = await callDatabase(() => ports.readRelated({ ...params, owner }))
    if (found === undefined) throw notFound()
    return reply(200, found)
  })

  add(read, async ({ owner, params }) => {
    const posting = await callDatabase(() => ports.readPosting({ ...params, owner }))
    if (posting === undefined) throw notFound()
    return reply(200, posting)
  })
}

/** The postings that one statement reads for a stream. */
const EXPORTED = 200

async function exportAll(
  { format, bom }: { readonly format: 'csv' | 'ndjson'; readonly bom: boolean },
  asked: PostingQuery,
  ports: ApiPorts,
): Promise<Response> {
  const next = (cursor: string | undefined) =>
    readPage(() => ports.listPostings({ ...asked, limit: EXPORTED, cursor }))
  return exportPostings(format, { first: await next(asked.cursor), next }, { bom })
}
