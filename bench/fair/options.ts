import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:fair -- [options]

Measures how long a run of two jobs takes: alone, beside a large run of its own owner, while another owner starts many
runs, and while those wait.

  --starts 1000      the runs that the other owner starts
  --lanes 20         the starts that are under way at once
  --runs 9           the runs of two jobs that are measured of each kind
  --large 5000       the jobs of the large run
  --at-once 10       the runs of one owner that are at work at once
  --postgres         with a Postgres of its own in place of the embedded one, which does one statement at a time
  --help             this text
`

export type Options = {
  readonly starts: number
  readonly lanes: number
  readonly runs: number
  readonly large: number
  readonly at_once: number
  readonly postgres: boolean
}

/** Reads this process's command line. A wrong option exits with 2. */
export function readOptions(): Options {
  return readArguments({
    usage: USAGE,
    options: {
      starts: { type: 'string' },
      lanes: { type: 'string' },
      runs: { type: 'string' },
      large: { type: 'string' },
      'at-once': { type: 'string' },
      postgres: { type: 'boolean' },
    },
    schema: z
      .strictObject({
        starts: count.default(1_000),
        lanes: count.default(20),
        runs: count.default(9),
        large: count.default(5_000),
        'at-once': count.default(10),
        postgres: z.boolean().default(false),
      })
      .transform(({ 'at-once': at_once, ...given }) => ({ ...given, at_once })),
  })
}
