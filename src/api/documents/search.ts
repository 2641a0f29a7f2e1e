import { Hono } from 'hono'
import { z } from 'zod'

import { DocumentId } from '../../protocol/document.ts'
import type { ApiEnv } from '../env.ts'
import { limitSchema, parseInput, QueryText } from '../input.ts'
import { readPage } from '../listing.ts'
import type { ApiPorts } from '../ports.ts'

const SearchQuery = z.object({
  q: QueryText,
  matter: QueryText.exactOptional(),
  document: DocumentId.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 10, max: 50 }),
})

/** An owner's documents, searched by words and by meaning. */
export function searchRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/', async (c) => {
    const { document: document_id, ...query } = parseInput(SearchQuery, c.req.query())
    const owner = c.get('owner')
    return c.json(await readPage(() => ports.documents.search({ ...query, document_id, owner })))
  })
  return app
}
