import { z } from 'zod'

import { CrawledPage } from '../../protocol/posting.ts'
import { Listed } from './listed.ts'

/**
 * What a job carries of its plan: where its posting was put aside with its content, or the posting
 * itself, whose content stands on a page that may have been read before; and in which visit.
 */
export const Payload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listed'), blob: z.string(), index: z.int(), visit: z.int() }),
  z.object({
    kind: z.literal('page'),
    listed: Listed,
    visit: z.int(),
    known: CrawledPage.nullable(),
  }),
])
export type Payload = z.infer<typeof Payload>
