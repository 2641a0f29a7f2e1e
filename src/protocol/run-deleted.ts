import { z } from 'zod'

import { Problem, problems } from './problems.ts'
import type { WireEvent } from './sse.ts'

/**
 * The last event of a stream or a socket whose run was deleted (DEL-3). Its data is the problem with which the next request
 * for the run is answered. It is no part of the run's state.
 */
export const RunDeleted = z.object({
  event: z.literal('deleted'),
  data: Problem.omit({ request_id: true, errors: true }),
})
type RunDeleted = z.infer<typeof RunDeleted>

export const DELETED = 'The run was deleted.'

const event: RunDeleted = {
  event: 'deleted',
  data: { type: '/problems/deleted', ...problems.deleted, detail: DELETED },
}

export const runDeleted: WireEvent = { event: event.event, data: JSON.stringify(event.data) }
