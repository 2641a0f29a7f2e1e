import { z } from 'zod'

import type { Source } from '../../protocol/company.ts'
import { ExternalId } from '../../protocol/ids.ts'
import { PostingRecord } from '../../protocol/posting.ts'
import type { PlanPorts } from '../pipeline.ts'

/**
 * One posting as its source lists it. The plan stores it for the job that works on it. The times are the
 * source's own text. `html` is null if the listing has no content; the content is then on the posting's page.
 */
export const ListedPosting = PostingRecord.omit({
  description_html: true,
  description_text: true,
}).extend({ external_id: ExternalId, html: z.string().nullable() })
export type ListedPosting = z.infer<typeof ListedPosting>

/** The optional fields of a posting whose source gives none of them. */
export const unknownFields = {
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
} satisfies Partial<ListedPosting>

/** The postings that a source lists, each id once. `incomplete` says why some may be missing, or is null. */
export type SourceListing = {
  readonly postings: readonly ListedPosting[]
  readonly incomplete: string | null
}

/** Reads a company's listing. Throws PlanFailure or MustWait. */
export type ListingReader<Type extends Source['type']> = (
  source: Extract<Source, { type: Type }>,
  ports: Pick<PlanPorts, 'fetch' | 'signal'>,
) => Promise<SourceListing>
