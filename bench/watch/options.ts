import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:watch -- [options]

  --rounds 3             rounds; each measures every server with each number of watchers
  --watchers 50,200,800  watchers at once; at most 1,000
  --only runcast,nchan   servers out of floor, runcast, nchan, fastapi; floor needs runcast
  --jobs 1000            jobs of the run; each has three changes
  --rate 300             changes a second
  --report-ms 100        how often a flight's worker reports its changes
  --unbatched            one report for each change instead
  --json                 prints the raw figures instead of the table
  --help                 this text
`

const names = z.enum(['floor', 'runcast', 'nchan', 'fastapi'])

function list<T>(item: z.ZodType<T, string>) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item))
}

const Options = z
  .strictObject({
    rounds: count.default(3),
    watchers: list(count.max(1_000)).default([50, 200, 800]),
    only: list(names).default(names.options),
    jobs: count.multipleOf(100).max(2_000).default(1_000),
    rate: count.default(300),
    'report-ms': count.default(100),
    unbatched: z.boolean().default(false),
    json: z.boolean().default(false),
  })
  .refine(({ only }) => only.includes('runcast') || !only.includes('floor'), {
    message: 'has floor, which needs runcast',
    path: ['only'],
  })
export type Options = z.infer<typeof Options>

const known = {
  rounds: { type: 'string' },
  watchers: { type: 'string' },
  only: { type: 'string' },
  jobs: { type: 'string' },
  rate: { type: 'string' },
  'report-ms': { type: 'string' },
  unbatched: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
