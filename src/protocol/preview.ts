import { z } from 'zod'

import { Reason } from './status.ts'

const Sample = z.object({ external_id: z.string(), title: z.string() })

/** The postings of one kind that a run would find: their count, and the first few. */
const Found = z.object({ count: z.int(), sample: z.array(Sample) })

/**
 * What a run over one company would do now. `unread` counts postings whose content is on their own pages:
 * a preview does not crawl pages, so it cannot tell whether those postings changed.
 */
export const CompanyPreview = z.discriminatedUnion('status', [
  z.object({
    company: z.string(),
    status: z.literal('read'),
    /** False: the listing says that it is incomplete, so nothing would expire. */
    complete: z.boolean(),
    found: z.int(),
    new: Found,
    changed: Found,
    unchanged: Found,
    unread: Found,
    gone: Found,
    /** Whether the gone postings would be held for a person's decision. */
    held: z.boolean(),
  }),
  z.object({ company: z.string(), status: z.literal('failed'), reason: Reason }),
])
export type CompanyPreview = z.infer<typeof CompanyPreview>

export const Preview = z.object({ companies: z.array(CompanyPreview) })
export type Preview = z.infer<typeof Preview>
