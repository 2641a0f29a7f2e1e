import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:cost -- [options]

  --postings 10000   postings of one run, shared among the companies
  --companies 20
  --watchers 100     watchers that read each run's stream
  --watched 3600     seconds for which the watchers keep the object awake
  --json             prints the raw figures instead of the table
  --help             this text
`

const Options = z
  .strictObject({
    postings: count.default(10_000),
    companies: count.default(20),
    watchers: count.default(100),
    watched: count.default(3_600),
    json: z.boolean().default(false),
  })
  .refine(({ postings, companies }) => postings % companies === 0, {
    message: 'must be a multiple of the companies',
    path: ['postings'],
  })
export type Options = z.infer<typeof Options>

const known = {
  postings: { type: 'string' },
  companies: { type: 'string' },
  watchers: { type: 'string' },
  watched: { type: 'string' },
  json: { type: 'boolean' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
