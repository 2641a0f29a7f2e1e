import { z } from 'zod'

import { Nouns } from './nouns.ts'
import { JobStep } from './status.ts'

/** A pipeline as clients speak of it. */
export const PipelineView = z.object({
  name: z.string(),
  nouns: Nouns,
  /** What a run does while its groups are planned, and while its jobs are worked on. */
  phases: z.object({ planning: z.string(), working: z.string() }),
  /** The steps of a job in their order, and what each does. */
  steps: z.array(z.object({ step: JobStep, words: z.string() })),
  /** The codes of those failures that the user can mend, and who tries the same again fails again. */
  mendable: z.array(z.string()),
})
export type PipelineView = z.infer<typeof PipelineView>

/** The answer to `GET /api/pipelines`. */
export const PipelineList = z.object({ pipelines: z.array(PipelineView) })
