import { z } from 'zod'

import { givenText } from './text.ts'

/** Postings that a complete listing no longer held, and what became of it. Times are ISO 8601. */
export const ExpiryView = z.object({
  company: z.string(),
  visit: z.int(),
  /** held: more would go at once than is safe, so a person decides; superseded: a newer visit came. */
  status: z.enum(['held', 'applied', 'dropped', 'superseded']),
  /** How many are gone, of how many that were open. */
  gone: z.int(),
  open: z.int(),
  sample: z.array(z.object({ external_id: z.string(), title: z.string() })),
  decided_at: z.string().nullable(),
})
export type ExpiryView = z.infer<typeof ExpiryView>

/** `POST /api/runs/:id/expiry`: what to do with a held expiry. */
export const ExpiryDecision = z.strictObject({ company: givenText(100), apply: z.boolean() })
export type ExpiryDecision = z.infer<typeof ExpiryDecision>
