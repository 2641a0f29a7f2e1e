import { z } from 'zod'

import { RunEvent } from './events.ts'

/**
 * The answer to a poll: what came since the cursor that was given, up to this one. `done`: the round has
 * ended, and all of it was said.
 */
export const PollAnswer = z.object({
  cursor: z.string(),
  events: z.array(RunEvent),
  done: z.boolean(),
})
export type PollAnswer = z.infer<typeof PollAnswer>
