import { z } from 'zod'

import { givenText } from './text.ts'

/** The postings of a company that a complete listing no longer had, and what was decided. Times are ISO 8601. */
export const ExpiryView = z.object({
  company: z.string(),
  visit: z.int(),
  /**
   * held: so many postings would expire at once that a person decides. superseded: a newer visit of the
   * company came before the decision.
   */
  status: z.enum(['held', 'applied', 'dropped', 'superseded']),
  /** `gone` of the company's `open` postings were no longer listed. */
  gone: z.int(),
  open: z.int(),
  sample: z.array(z.object({ external_id: z.string(), title: z.string() })),
  decided_at: z.string().nullable(),
})
export type ExpiryView = z.infer<typeof ExpiryView>

/** `POST /api/runs/:id/expiry`: what to do with a held expiry. */
export const ExpiryDecision = z.strictObject({ company: givenText(100), apply: z.boolean() })
export type ExpiryDecision = z.infer<typeof ExpiryDecision>
