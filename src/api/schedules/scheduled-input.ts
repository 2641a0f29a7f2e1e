import { z } from 'zod'

import { startInput } from '../chosen-companies.ts'
import type { ApiPorts, StartablePipeline } from '../ports.ts'

/** The most bytes of a saved input, as JSON: 10,000 slugs. It is one row of SQLite, which takes 2 MB. */
export const INPUT_BYTES = 1_500_000

/** What a schedule starts: a pipeline, and the input of its runs. */
export function scheduledStart(pipelines: ApiPorts['pipelines']) {
  const all = Object.values(pipelines)
  const [first, ...others] = all.map((pipeline) =>
    z.strictObject({ pipeline: z.literal(pipeline.name), input: inputOf(pipeline) }),
  )
  if (first === undefined) throw new Error('there is no pipeline')
  const known = all.flatMap(({ name, once }) => (once === true ? [] : [name])).join(', ')
  const error = ({ code }: { readonly code?: string }) =>
    code === 'invalid_union' ? `is no pipeline that can run again; these can: ${known}` : undefined
  return z.discriminatedUnion('pipeline', [first, ...others], { error })
}

function inputOf(pipeline: StartablePipeline): z.ZodType {
  const { once, nouns } = pipeline
  if (once === true) return z.unknown().refine(() => false, belongs(nouns.job.many))
  return startInput(pipeline)
}

function belongs(records: string): string {
  return `cannot be started again and again, because the ${records} of a run belong to it`
}
