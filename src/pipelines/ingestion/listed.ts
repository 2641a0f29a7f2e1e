import { z } from 'zod'

import type { Source } from '../../protocol/company.ts'
import { ExternalId } from '../../protocol/ids.ts'
import { PostingRecord } from '../../protocol/posting.ts'
import type { PlanPorts } from '../pipeline.ts'

/**
 * One posting as its source holds it, put aside by the plan for the job that works on it. Times
 * are still the source's own text; `html` is null where the listing has no content, which then
 * stands on the posting's page.
 */
export const Listed = PostingRecord.omit({
  description_html: true,
  description_text: true,
}).extend({ external_id: ExternalId, html: z.string().nullable() })
export type Listed = z.infer<typeof Listed>

/** What a source may say of a posting besides its name, where it says none of it. */
export const unsaid = {
  apply_url: null,
  locations: [],
  remote: null,
  department: null,
  employment_type: null,
  salary: null,
  html: null,
  posted_at: null,
  updated_at: null,
  valid_through: null,
} satisfies Partial<Listed>

/** A source's whole listing, every id once. `incomplete` says why it cannot count as complete. */
export type Listing = {
  readonly postings: readonly Listed[]
  readonly incomplete: string | null
}

/** Reads a company's listing; throws PlanFailure, or MustWait. */
export type ListingReader<Type extends Source['type']> = (
  source: Extract<Source, { type: Type }>,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
) => Promise<Listing>
