import { z } from 'zod'

export const EmploymentType = z.enum([
  'full_time',
  'part_time',
  'contract',
  'temporary',
  'intern',
  'volunteer',
  'per_diem',
  'other',
])
export type EmploymentType = z.infer<typeof EmploymentType>

/** Amounts in units of `currency` (ISO 4217) per `period`. `text` is the salary in the source's own words. */
export const Salary = z.object({
  min: z.number().nullable(),
  max: z.number().nullable(),
  currency: z.string().nullable(),
  period: z.enum(['hour', 'day', 'week', 'month', 'year']).nullable(),
  text: z.string().nullable(),
})
export type Salary = z.infer<typeof Salary>

/**
 * One job advert, in the same form for every source. Times are ISO 8601 in UTC. Texts are plain, except
 * `description_html`, which has a small set of tags and no script, style, handler or foreign scheme. Null:
 * the source does not say.
 */
export const PostingRecord = z.object({
  title: z.string(),
  url: z.string(),
  apply_url: z.string().nullable(),
  locations: z.array(z.string()),
  /** True: fully remote. False: on site, or partly remote. */
  remote: z.boolean().nullable(),
  department: z.string().nullable(),
  employment_type: EmploymentType.nullable(),
  salary: Salary.nullable(),
  description_html: z.string(),
  description_text: z.string(),
  posted_at: z.string().nullable(),
  updated_at: z.string().nullable(),
  /** The advert's own closing time. */
  valid_through: z.string().nullable(),
})
export type PostingRecord = z.infer<typeof PostingRecord>

/** The page that a posting was read from, with the fields that a conditional request and a re-reading need. */
export const CrawledPage = z.object({
  url: z.string(),
  /** Hash of the raw bytes, in hex. The bytes are stored under it. */
  sha256: z.string(),
  etag: z.string().nullable(),
  last_modified: z.string().nullable(),
})
export type CrawledPage = z.infer<typeof CrawledPage>

/**
 * One posting of a listing, to be compared with the stored one. `digest` is null if the listing lacks the
 * posting's content.
 */
export type ListedItem = { readonly external_id: string; readonly digest: string | null }

/** The `ready` result of an ingestion job: the record, and the visit that fences its upsert. */
export const PostingResult = z.object({
  visit: z.int(),
  posting: PostingRecord,
  /** Null: the listing had the whole posting, so no page was crawled. */
  page: CrawledPage.nullable(),
  /** The digest of the listing's item that the record was made from. Absent if it was made from a page. */
  digest: z.string().optional(),
})
export type PostingResult = z.infer<typeof PostingResult>

/** The `ready` result of a job whose posting the plan found unchanged. */
export const UnchangedResult = z.object({ visit: z.int(), unchanged: z.literal(true) })
export type UnchangedResult = z.infer<typeof UnchangedResult>

/** A posting as `GET /api/postings` shows it. */
export const PostingView = PostingRecord.extend({
  company: z.string(),
  external_id: z.string(),
  /** `closed`: the advert's own closing time has passed, though its source still lists it. `expired`: it is gone. */
  status: z.enum(['open', 'closed', 'expired']),
  first_seen_at: z.string(),
  changed_at: z.string(),
  expired_at: z.string().nullable(),
})
export type PostingView = z.infer<typeof PostingView>

export const PostingPage = z.object({
  postings: z.array(PostingView),
  next_cursor: z.string().nullable(),
})
export type PostingPage = z.infer<typeof PostingPage>
