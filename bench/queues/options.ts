import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:queues -- [options]

Measures Runcast beside queues that people would take instead: the same jobs, a row each in the same Postgres. Then
kills each one's workers half-way, and counts what is lost and what is done again.

  --jobs 10000                     jobs of a round, a multiple of 20
  --rounds 3                       rounds without a kill; each measures every queue
  --only runcast,bullmq,pg-boss    some of the queues
  --patience 120                   seconds without a new row after which the missing rows count as lost
  --json                           prints the raw figures instead of the table
  --help                           this text
`

const names = z.enum(['runcast', 'bullmq', 'pg-boss'])

const Options = z.strictObject({
  jobs: count.multipleOf(20).default(10_000),
  rounds: count.default(3),
  only: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(names))
    .default(names.options),
  patience: count.default(120),
  json: z.boolean().default(false),
})
export type Options = z.infer<typeof Options>

const known = {
  jobs: { type: 'string' },
  rounds: { type: 'string' },
  only: { type: 'string' },
  patience: { type: 'string' },
  json: { type: 'boolean' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
