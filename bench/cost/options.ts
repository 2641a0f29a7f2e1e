import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'
import { isEven, runSize, runSizeOptions, UNEVEN } from '../run-size.ts'

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
    ...runSize.shape,
    watchers: count.default(100),
    watched: count.default(3_600),
  })
  .refine(isEven, UNEVEN)
export type Options = z.infer<typeof Options>

const known = {
  ...runSizeOptions,
  watchers: { type: 'string' },
  watched: { type: 'string' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
