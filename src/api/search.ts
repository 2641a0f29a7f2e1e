import { z } from 'zod'

import { DocumentId, SearchPage } from '../protocol/document.ts'
import { readPage } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import { pageOf, QueryText, seeing } from './contract/parameters.ts'
import { groupOf, matterInQuery } from './documents/matter-scope.ts'
import type { ApiPorts } from './ports.ts'

const searched = {
  tag: 'Search',
  access: 'visitor',
  route: 'GET /api/search',
  summary: 'Finds passages of the caller’s documents, by words and by meaning.',
  query: z.object({
    q: QueryText.meta({ description: 'What to look for.', examples: ['notice period'] }),
    ...matterInQuery,
    document: DocumentId.exactOptional().meta({ description: 'The id of one document.' }),
    ...pageOf({ normal: 10, max: 50 }),
    ...seeing,
  }),
  answers: { 200: json(SearchPage, 'A page of passages, the best first.') },
  problems: ['not-found'],
} as const satisfies Contract

/** Adds the route that searches the caller's documents. */
export function searchRoutes(add: AddRoute, ports: ApiPorts): void {
  add(searched, async ({ owner, query: { document: document_id, matter_id, ...query } }) => {
    const named = { ...query, ...(matter_id === undefined ? {} : { matter_id }) }
    const matter = await groupOf(ports, owner, named)
    const search = { ...query, matter, document_id, owner }
    return reply(200, await readPage(() => ports.documents.search(search)))
  })
}
