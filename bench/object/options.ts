import { z } from 'zod'

import { readArguments } from '../arguments.ts'

const USAGE = `npm run bench:object -- [options]

  --only groups,listed   scenarios, out of groups, listed, documents, large, aborted
  --json                 prints the raw figures instead of the table
  --help                 this text
`

const scenario = z.enum(['groups', 'listed', 'documents', 'large', 'aborted'])

const Options = z.strictObject({
  only: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(scenario))
    .default(scenario.options),
  json: z.boolean().default(false),
})
export type Options = z.infer<typeof Options>

const known = { only: { type: 'string' }, json: { type: 'boolean' } } as const

export function readOptions(): Options {
  return readArguments({ usage: USAGE, options: known, schema: Options })
}
