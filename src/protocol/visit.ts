import { z } from 'zod'

/** The fields of which each visit notes how many postings have them. */
export const DriftField = z.enum([
  'locations',
  'department',
  'employment_type',
  'salary',
  'remote',
  'posted_at',
  'apply_url',
  'employer',
  'team',
])
export type DriftField = z.infer<typeof DriftField>

/** How many of the postings that a listing has with their content have each field. */
export const FieldCounts = z.object({
  /** The type of the source. Another source has other fields. */
  source: z.string(),
  of: z.int(),
  have: z.record(z.string(), z.int()),
})
export type FieldCounts = z.infer<typeof FieldCounts>

/** A field that fewer postings have than usual. `usual` and `share` are parts of 1. */
export const FallenField = z.object({ field: z.string(), usual: z.number(), share: z.number() })
export type FallenField = z.infer<typeof FallenField>

/** What a listing claimed and brought, and how its end was proven. A complete listing alone expires postings. */
export const ListingCertificate = z.object({
  /** The number of postings that the source claims. Null: it claims none. */
  claimed: z.int().nullable(),
  /** The number of entries that came. Some are the same posting again, or one that the source does not show. */
  fetched: z.int(),
  /** The number of postings among them. */
  unique: z.int(),
  /** The number of answers that the listing was read from. */
  answers: z.int(),
  /**
   * What shows that nothing is missing: as many came as the source claims, the last of several pages or files came,
   * or the source answers with all at once. Null: the listing is incomplete.
   */
  proof: z.enum(['claim', 'last_page', 'one_answer']).nullable(),
  /** Why postings may be missing, and which limit was met. Null: the listing is complete. */
  reason: z.string().nullable(),
  fields: FieldCounts.exactOptional(),
  /** The fields that fewer postings have than usual. Where they lack them, the values of before stay. */
  fallen: z.array(FallenField).exactOptional(),
})
export type ListingCertificate = z.infer<typeof ListingCertificate>

/** One reading of a company's listing. Times are ISO 8601. */
export const VisitView = z.object({
  /** Counts the company's visits. */
  visit: z.int(),
  run_id: z.string(),
  /** `open`: the listing is being read, or its reader died. `incomplete`: nothing expires by it. */
  status: z.enum(['open', 'complete', 'incomplete']),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  /** Null: the listing could not be read, or an earlier version read it. */
  certificate: ListingCertificate.nullable(),
  /** The number of postings that were missing and expired, or are held. */
  gone: z.int(),
})
export type VisitView = z.infer<typeof VisitView>

export const VisitPage = z.object({
  visits: z.array(VisitView),
  next_cursor: z.string().nullable(),
})
export type VisitPage = z.infer<typeof VisitPage>
