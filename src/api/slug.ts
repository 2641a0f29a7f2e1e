import type { HonoRequest } from 'hono'

import { type Slug, SlugInPath } from '../protocol/company.ts'
import { notFound } from './problem.ts'

/** The slug in the path; one that no company can have is answered like one that is not there. */
export function slugOf(request: HonoRequest, name: 'slug' | 'company'): Slug {
  const parsed = SlugInPath.safeParse(request.param(name))
  if (!parsed.success) throw notFound()
  return parsed.data
}
