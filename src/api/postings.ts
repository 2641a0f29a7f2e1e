import { type HonoRequest, Hono } from 'hono'
import { z } from 'zod'

import { Slug } from '../protocol/company.ts'
import { ExternalId } from '../protocol/ids.ts'
import { PostingView } from '../protocol/posting.ts'
import { callDatabase } from './database-call.ts'
import type { ApiEnv } from './env.ts'
import { limitSchema, parseInput, QueryText } from './input.ts'
import { readPage } from './listing.ts'
import type { ApiPorts } from './ports.ts'
import { notFound } from './problem.ts'
import { slugOf } from './slug.ts'

const PostingsQuery = z.object({
  company: Slug.exactOptional(),
  // An id of dots alone is no step of a path: it is asked for here.
  external_id: ExternalId.exactOptional(),
  status: PostingView.shape.status.exactOptional(),
  q: QueryText.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 50, max: 200 }),
})

export function postingRoutes(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.get('/', async (c) => {
    const query = parseInput(PostingsQuery, c.req.query())
    return c.json(await readPage(() => ports.listPostings({ ...query, owner: c.get('owner') })))
  })

  // An address is an id too: slashes, encoded or not, are its own.
  app.get('/:company/:external_id{[^]+}', async (c) => {
    const name = { company: slugOf(c.req, 'company'), external_id: externalIdOf(c.req) }
    const posting = await callDatabase(() => ports.readPosting({ ...name, owner: c.get('owner') }))
    if (posting === undefined) throw notFound()
    return c.json(posting)
  })
  return app
}

/** An id that no posting can have is answered like a posting that is not there. */
function externalIdOf(request: HonoRequest): ExternalId {
  const parsed = ExternalId.safeParse(request.param('external_id'))
  if (!parsed.success) throw notFound()
  return parsed.data
}
