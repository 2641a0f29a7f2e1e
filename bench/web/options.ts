import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:web -- [options]

Opens the page of a large run in Chromium, over the real stack. A server of the bench plays the run: it speaks the events of
docs/PROTOCOL.md, so that the figures are those of the page alone.

  --jobs 20000       jobs of the run
  --companies 500    its groups
  --rate 1000        changes a second
  --seconds 60       how long the page is watched while a person uses it
  --minutes 10       the same in minutes, to see whether the heap rises
  --json             prints the raw figures instead of the table
  --help             this text
`

const Given = z.strictObject({
  jobs: count.default(20_000),
  companies: count.default(500),
  rate: count.default(1_000),
  seconds: count.default(60),
  minutes: count.optional(),
  json: z.boolean().default(false),
})

const Options = Given.transform(({ minutes, ...options }) =>
  minutes === undefined ? options : { ...options, seconds: 60 * minutes },
)
export type Options = z.infer<typeof Options>

const known = {
  jobs: { type: 'string' },
  companies: { type: 'string' },
  rate: { type: 'string' },
  seconds: { type: 'string' },
  minutes: { type: 'string' },
  json: { type: 'boolean' },
} as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
