import { z } from 'zod'

import { count, readArguments } from './arguments.ts'
import { isEven, runSize, runSizeOptions, UNEVEN } from './run-size.ts'

const USAGE = `npm run bench -- [options]

  --runs 10          measured runs, with one peer after each
  --postings 10000   postings of one run, shared among the companies
  --companies 20
  --watchers 10      watchers that read each run's stream
  --starts 200       starts whose latency is measured
  --profile          also profiles one more run: where the Worker's time goes
  --json             prints the raw figures instead of the table
  --help             this text
`

const Options = z
  .strictObject({
    ...runSize.shape,
    runs: count.default(10),
    watchers: count.default(10),
    starts: count.default(200),
    profile: z.boolean().default(false),
  })
  .refine(isEven, UNEVEN)
export type Options = z.infer<typeof Options>

const known = {
  ...runSizeOptions,
  runs: { type: 'string' },
  watchers: { type: 'string' },
  starts: { type: 'string' },
  profile: { type: 'boolean' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
