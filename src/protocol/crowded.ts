import { z } from 'zod'

import type { WireEvent } from './sse.ts'

/**
 * The last event of a stream or a socket for which the run has no place: the client has all events up to its cursor,
 * and polls until there is a place (W-13). The event does not change the run's state.
 */
export const Crowded = z.object({ event: z.literal('crowded'), data: z.strictObject({}) })

export const crowded: WireEvent = { event: 'crowded', data: '{}' }
