import { z } from 'zod'

import { SlugInPath } from '../../protocol/company.ts'
import { givenText } from '../../protocol/text.ts'

/** What is looked for, or a cursor. */
const QueryText = givenText(1_000)

export const CompanyPath = z.object({
  slug: SlugInPath.meta({ description: 'The slug of a company.', examples: ['acme'] }),
})

/** The parameters of a listing: where its page begins, and how many entries it holds. */
export function pageOf({ normal, max }: { normal: number; max: number }) {
  return {
    cursor: QueryText.exactOptional().meta({
      description: 'The `next_cursor` of the page before. The first page has none.',
    }),
    limit: limitOf({ normal, max }),
  }
}

/** `?limit=`: how many entries a page holds. */
function limitOf({ normal, max }: { normal: number; max: number }) {
  const message = `a whole number from 1 to ${max}`
  return wholeNumber(6, z.int(message).min(1, message).max(max, message))
    .default(normal)
    .meta({ description: 'How many entries a page holds at most.', examples: [normal] })
}

/** A number in the text of a query. Text of other characters is left to the schema, which refuses it. */
function wholeNumber(digits: number, schema: z.ZodInt) {
  const read = (text: unknown) =>
    typeof text === 'string' && /^[0-9]+$/.test(text) && text.length <= digits ? Number(text) : text
  return z.preprocess(read, schema)
}
