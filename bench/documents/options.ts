import { z } from 'zod'

import { count, readArguments } from '../arguments.ts'

const USAGE = `npm run bench:documents -- [options]

  --rounds 3         rounds of each upload; the script reads the same files in each
  --pages 1000       pages of the long PDF
  --documents 40     documents that one request uploads
  --words            only compares the words that are read with those of pdftotext and pandoc
  --json             prints the raw figures instead of the tables
  --help             this text

RUNCAST_FIXTURES     a folder whose documents/ are read one by one, for a table of them, and whose words are compared
`

const Options = z.strictObject({
  rounds: count.default(3),
  pages: count.default(1_000),
  documents: count.default(40),
  words: z.boolean().default(false),
  json: z.boolean().default(false),
})
export type Options = z.infer<typeof Options> & { readonly fixtures: string | undefined }

const known = {
  rounds: { type: 'string' },
  pages: { type: 'string' },
  documents: { type: 'string' },
  words: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

export function readOptions(): Options {
  const options = readArguments({ usage: USAGE, options: known, schema: Options })
  return { ...options, fixtures: process.env['RUNCAST_FIXTURES'] }
}
