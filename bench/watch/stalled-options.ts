import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:stalled -- [options]

  --rounds 3         rounds; each measures a run without stalled watchers, and one with them
  --readers 50       watchers whose delay is measured
  --stalled 20       streams that are not read, and as many sockets without acknowledgement
  --jobs 2000        jobs of a run; each has three changes
  --rate 400         changes a second
  --help             this text
`

const Options = z.strictObject({
  rounds: count.default(3),
  readers: count.default(50),
  stalled: count.default(20),
  jobs: count.multipleOf(100).max(2_000).default(2_000),
  rate: count.default(400),
})
export type Options = z.infer<typeof Options>

const known = {
  rounds: { type: 'string' },
  readers: { type: 'string' },
  stalled: { type: 'string' },
  jobs: { type: 'string' },
  rate: { type: 'string' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
