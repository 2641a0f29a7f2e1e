import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:watch -- [options]

  --rounds 3             each measures everybody at each number of watchers, in turn
  --watchers 50,200,800  at once; 1,000 at most
  --only runcast,nchan   of floor, runcast, nchan and fastapi; the floor needs runcast
  --jobs 1000            of the run; each has three changes
  --rate 300             changes a second
  --report-ms 100        how often a flight's worker passes on what has come up
  --unbatched            one report a change instead
  --json                 the raw figures in place of the table
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
    message: 'repeats what runcast did, and needs it',
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
