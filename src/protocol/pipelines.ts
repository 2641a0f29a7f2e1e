import { z } from 'zod'

import { JobStep } from './status.ts'

/** A person's word for a thing, in the singular and the plural. */
const Noun = z.object({ one: z.string(), many: z.string() })
export type Noun = z.infer<typeof Noun>

/** A person's words for a pipeline's groups and jobs, and for the list that a group's plan reads. */
export const Nouns = z.object({ group: Noun, job: Noun, list: Noun })
export type Nouns = z.infer<typeof Nouns>

/** The words in which clients speak of a pipeline. */
export const PipelineView = z.object({
  name: z.string(),
  nouns: Nouns,
  /** Says what a run does while its groups are planned, and while its jobs are worked on. */
  phases: z.object({ planning: z.string(), working: z.string() }),
  /** The steps of a job in their order, each with the words for what it does. */
  steps: z.array(z.object({ step: JobStep, words: z.string() })),
  /** The codes of failures that the user has to mend: the same job would fail again. */
  mendable: z.array(z.string()),
  /** The records of a run belong to that run: it is retried, and not started again. */
  once: z.literal(true).exactOptional(),
})
export type PipelineView = z.infer<typeof PipelineView>

/** The answer to `GET /api/pipelines`. */
export const PipelineList = z.object({ pipelines: z.array(PipelineView) })
