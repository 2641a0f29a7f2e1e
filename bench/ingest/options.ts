import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'
import { isEven, runSize, runSizeOptions, UNEVEN } from '../run-size.ts'

/** So many requests of the peer are under way at once. */
export const PEER_AT_ONCE = 32

const USAGE = `npm run bench:ingest -- [options]

  --postings 10000   postings of one run, shared among the companies; half of them have pages
  --companies 40     half are boards with all texts in the listing, half are sites with a page a posting
  --latency 20       milliseconds that each answer of a site waits
  --rounds 3         rounds: a run, its peer, the same run again, its peer again
  --json             prints the raw figures instead of the table
  --help             this text
`

const Options = z
  .strictObject({
    ...runSize.shape,
    companies: count.default(40),
    latency: count.default(20),
    rounds: count.default(3),
  })
  .refine(isEven, UNEVEN)
export type Options = z.infer<typeof Options>

const known = {
  ...runSizeOptions,
  latency: { type: 'string' },
  rounds: { type: 'string' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
