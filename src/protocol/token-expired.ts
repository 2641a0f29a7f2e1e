import { z } from 'zod'

import { Problem, problems } from './problems.ts'
import type { WireEvent } from './sse.ts'

/**
 * The last event of a stream or a socket whose token has expired (W-12). Its data is the problem with which
 * the next request with this token is answered. It does not change the run's state.
 */
export const TokenExpired = z.object({
  event: z.literal('token_expired'),
  data: Problem.omit({ request_id: true, errors: true }),
})
type TokenExpired = z.infer<typeof TokenExpired>

const event: TokenExpired = {
  event: 'token_expired',
  data: {
    type: '/problems/token-expired',
    ...problems['token-expired'],
    detail: 'The token has expired.',
  },
}

export const tokenExpired: WireEvent = { event: event.event, data: JSON.stringify(event.data) }
