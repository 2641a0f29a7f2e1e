import { z } from 'zod'

import { ExternalId } from '../../protocol/ids.ts'
import { PostingDetails, PostingRecord, Salary, Workplace } from '../../protocol/posting.ts'

/** The request for the detail of one posting. `source` names the source that reads the answer. */
const PostingDetail = z.object({
  source: z.string(),
  url: z.string(),
  body: z.string().exactOptional(),
})

/** A place's parts in the source's own words, for one of the texts in `locations`. */
const part = z.string().nullable()
const ListedPlace = z.object({ text: z.string(), city: part, region: part, country: part })
export type ListedPlace = z.infer<typeof ListedPlace>

/** The fields that few sources give. A source that does not give one leaves it out. */
const FurtherFields = z.object({
  employer: z.string().exactOptional(),
  team: z.string().exactOptional(),
  requisition_id: z.string().exactOptional(),
  workplace: Workplace.exactOptional(),
  /** The source's words for the kinds of employment, one each. */
  employment_words: z.array(z.string()).exactOptional(),
  /** The code of the language that the source names. The text's own language counts first. */
  language: z.string().exactOptional(),
  places: z.array(ListedPlace).exactOptional(),
  /** Of a crawled posting alone. Absent: from structured data. */
  read_from: PostingDetails.shape.read_from,
})
type FurtherFields = z.infer<typeof FurtherFields>

/** Keeps the fields that the source gives. */
export function furtherFields(given: {
  readonly [name in keyof FurtherFields]: FurtherFields[name] | null | undefined
}): FurtherFields {
  return FurtherFields.parse(
    Object.fromEntries(Object.entries(given).filter(([, value]) => isGiven(value))),
  )
}

/** The further fields of a posting, without its others. */
export function furtherFieldsOf(posting: FurtherFields): FurtherFields {
  return FurtherFields.parse(posting)
}

function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return typeof value === 'string' && value.trim() !== ''
}

/**
 * One posting as its source lists it. The plan stores it for the job that works on it. The times are the
 * source's own text. `html` is null if the listing has no content; the content is then on the posting's page.
 */
export const ListedPosting = PostingRecord.omit({
  description_html: true,
  description_text: true,
  closed_at: true,
  details: true,
  facets: true,
  words: true,
  likeness: true,
}).extend({
  external_id: ExternalId,
  html: z.string().nullable(),
  ...FurtherFields.shape,
  /** Where the rest of the posting is asked, if it is not on the posting's page. */
  detail: PostingDetail.exactOptional(),
})
export type ListedPosting = z.infer<typeof ListedPosting>

/** The names of all fields at any depth, in an order that stays. */
export const LISTED_FIELDS: readonly string[] = [
  ...Object.keys(ListedPosting.shape),
  ...Object.keys(Salary.shape),
  ...Object.keys(ListedPlace.shape),
  ...Object.keys(PostingDetail.shape),
]

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
  /** The number of postings that the source claims. Absent or null: it claims none. */
  readonly claimed?: number | null
  /** The number of entries that came, if some are no postings of their own. */
  readonly fetched?: number
}
