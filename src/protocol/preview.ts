import { z } from 'zod'

import { Reason } from './status.ts'

const Sample = z.object({ external_id: z.string(), title: z.string() })

/** One kind of what a run would find: how many, and the first of them. */
const Found = z.object({ count: z.int(), sample: z.array(Sample) })

/**
 * What a run over one company would do now. `unread`: postings whose content stands on their own
 * pages, which a preview does not crawl, so that it cannot say whether they changed.
 */
export const CompanyPreview = z.discriminatedUnion('status', [
  z.object({
    company: z.string(),
    status: z.literal('read'),
    /** False: the listing says itself that it is not whole, and nothing would expire. */
    complete: z.boolean(),
    found: z.int(),
    new: Found,
    changed: Found,
    unchanged: Found,
    unread: Found,
    gone: Found,
    /** Whether the gone ones would be held for a person's decision. */
    held: z.boolean(),
  }),
  z.object({ company: z.string(), status: z.literal('failed'), reason: Reason }),
])
export type CompanyPreview = z.infer<typeof CompanyPreview>

export const Preview = z.object({ companies: z.array(CompanyPreview) })
export type Preview = z.infer<typeof Preview>
