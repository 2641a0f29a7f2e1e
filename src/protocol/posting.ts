import { z } from 'zod'

/** What a source says of one job advert. Times are ISO 8601; texts are plain UTF-8. */
export const PostingRecord = z.object({
  title: z.string(),
  url: z.string(),
  locations: z.array(z.string()),
  departments: z.array(z.string()),
  description_text: z.string(),
  posted_at: z.string().nullable(),
  updated_at: z.string().nullable(),
})
export type PostingRecord = z.infer<typeof PostingRecord>

/** What an ingestion job's `ready` result holds: the record, and the visit that fences it. */
export const PostingResult = z.object({ visit: z.int(), posting: PostingRecord })
export type PostingResult = z.infer<typeof PostingResult>

/** A posting as `GET /api/postings` shows it. */
export const PostingView = PostingRecord.extend({
  company: z.string(),
  external_id: z.string(),
  status: z.enum(['open', 'expired']),
  first_seen_at: z.string(),
  changed_at: z.string(),
})
export type PostingView = z.infer<typeof PostingView>

export const PostingPage = z.object({
  postings: z.array(PostingView),
  next_cursor: z.string().nullable(),
})
export type PostingPage = z.infer<typeof PostingPage>
