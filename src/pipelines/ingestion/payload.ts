import { z } from 'zod'

import { KnownPage } from '../../protocol/posting.ts'
import { ListedPosting } from './listed.ts'

/**
 * The payload of a job. `unchanged`: the plan found that the stored posting was made from an equal item of the
 * listing. `listed`: the plan stored the posting with its content in a blob; `keep` names the fields that the source
 * seems to have lost. `page`: the payload holds the
 * posting, and its content is on a page; `known` describes the page if it was crawled before; `accept` names the fields
 * whose stored values no longer stay if the page lacks them again.
 */
export const Payload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unchanged'), visit: z.int() }),
  z.object({
    kind: z.literal('listed'),
    blob: z.string(),
    index: z.int(),
    visit: z.int(),
    keep: z.array(z.string()).exactOptional(),
  }),
  z.object({
    kind: z.literal('page'),
    listed: ListedPosting,
    visit: z.int(),
    known: KnownPage.nullable(),
    accept: z.array(z.string()).exactOptional(),
  }),
])
export type Payload = z.infer<typeof Payload>

/** A posting in a plan's blob, with its digest by the reader that planned. */
export const PlannedPosting = ListedPosting.extend({
  digest: z.object({ reader: z.int(), sha256: z.string() }).exactOptional(),
})
export type PlannedPosting = z.infer<typeof PlannedPosting>
