import type { HonoRequest } from 'hono'

import { RunId } from '../protocol/ids.ts'
import { notFound } from './problem.ts'

/** A name that no run can have is answered like a run that is not there. */
export function runIdOf(request: HonoRequest): RunId {
  const parsed = RunId.safeParse(request.param('run_id'))
  if (!parsed.success) throw notFound()
  return parsed.data
}
