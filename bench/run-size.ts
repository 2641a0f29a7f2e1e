import { z } from 'zod'

import { count } from './arguments.ts'

/** The size of a measured run, as options of a command line: its postings are shared among its companies. */
export const runSize = z.object({
  postings: count.default(10_000),
  companies: count.default(20),
  json: z.boolean().default(false),
})

/** Returns true if each company gets the same number of postings. */
export function isEven({ postings, companies }: z.infer<typeof runSize>): boolean {
  return postings % companies === 0
}

/** The fault of a size that is not even. */
export const UNEVEN = { message: 'must be a multiple of the companies', path: ['postings'] }

/** The command line's names of these options. */
export const runSizeOptions = {
  postings: { type: 'string' },
  companies: { type: 'string' },
  json: { type: 'boolean' },
} as const
