import { Hono } from 'hono'
import { z } from 'zod'

import { Slug } from '../protocol/company.ts'
import { PostingView } from '../protocol/posting.ts'
import type { ApiEnv } from './env.ts'
import { limitSchema, parseInput, QueryText } from './input.ts'
import { readPage } from './listing.ts'
import type { ApiPorts } from './ports.ts'

const PostingsQuery = z.object({
  company: Slug.exactOptional(),
  status: PostingView.shape.status.exactOptional(),
  q: QueryText.exactOptional(),
  cursor: QueryText.exactOptional(),
  limit: limitSchema({ normal: 50, max: 200 }),
})

export function postingRoutes(ports: ApiPorts): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/', async (c) => {
    const query = parseInput(PostingsQuery, c.req.query())
    return c.json(await readPage(() => ports.listPostings({ ...query, owner: c.get('owner') })))
  })
}
