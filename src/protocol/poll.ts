import { z } from 'zod'

import { RunEvent } from './events.ts'

/**
 * The answer to a poll: the events between the given cursor and `cursor`. `done` is true when the run has
 * ended and every event of it was sent.
 */
export const PollAnswer = z.object({
  cursor: z.string(),
  events: z.array(RunEvent),
  done: z.boolean(),
})
export type PollAnswer = z.infer<typeof PollAnswer>
