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

/** `text`: the page has no structured data, so that the description, or the title as well, is the text that it shows. */
const ReadFrom = z.enum(['structured', 'text'])

export const Workplace = z.enum(['onsite', 'hybrid', 'remote', 'unknown'])
export type Workplace = z.infer<typeof Workplace>

/**
 * A place of work. `text` is the source's own words. `derived` names the parts that were read from the text, because
 * the source does not give them apart. Null: nothing says this part for certain.
 */
export const Place = z.object({
  text: z.string(),
  city: z.string().nullable(),
  region: z.string().nullable(),
  /** A code of ISO 3166-1, such as `DE`. */
  country: z.string().nullable(),
  derived: z.array(z.enum(['city', 'region', 'country'])),
})
export type Place = z.infer<typeof Place>

/** A kind of employment with the source's own words. `type` is null if the words say no known kind. */
export const EmploymentWords = z.object({ type: EmploymentType.nullable(), text: z.string() })
export type EmploymentWords = z.infer<typeof EmploymentWords>

/** The fields of a posting that are only shown. A stored posting may lack any of them: its source or an earlier version gave none. */
export const PostingDetails = z.object({
  /** Who employs, in the source's words. Not always the company that the posting is stored under. */
  employer: z.string().exactOptional(),
  team: z.string().exactOptional(),
  requisition_id: z.string().exactOptional(),
  workplace: Workplace.exactOptional(),
  employment_types: z.array(EmploymentWords).exactOptional(),
  /** The code of ISO 639-1 of the text's language, such as `de`. */
  language: z.string().exactOptional(),
  /** The places of which more than the text is known. */
  places: z.array(Place).exactOptional(),
  read_from: ReadFrom.exactOptional(),
})
export type PostingDetails = z.infer<typeof PostingDetails>

/**
 * One job advert as it is stored, in the same form for every source. Times are ISO 8601 in UTC. Texts are plain, except
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
  /** When its page was first read with the words that it is closed. */
  closed_at: z.string().nullable(),
  details: PostingDetails,
  /** What lists filter by and count, such as `country:DE`. */
  facets: z.array(z.string()),
  /** The words by which a search finds it, between spaces. */
  words: z.string(),
  /** The keys by which postings about the same job are looked up. */
  likeness: z.array(z.int()).exactOptional(),
})
export type PostingRecord = z.infer<typeof PostingRecord>

/** The page that a posting was read from, with the fields by which the next visit learns that it has not changed. */
export const CrawledPage = z.object({
  url: z.string(),
  /** Hash of the raw bytes, in hex. */
  sha256: z.string(),
  etag: z.string().nullable(),
  last_modified: z.string().nullable(),
  /**
   * The digest of all that the posting was made from besides the page: what its listing said, and the version of the
   * reader. Absent: an earlier version read the page, and the next visit reads it again.
   */
  digest: z.string().exactOptional(),
  /** When the listing said that the page was last modified, in the listing's words. */
  lastmod: z.string().nullable().exactOptional(),
  /** When the site last sent the page, or answered that the page is the same. */
  asked_at: z.string().exactOptional(),
  /** The fields that the page lacks and whose stored values stay for now, each with the visit that first missed it. */
  lost: z.record(z.string(), z.int()).exactOptional(),
})
export type CrawledPage = z.infer<typeof CrawledPage>

/** A page of an earlier visit, with the title of its posting, and the fields that are stored of the posting. */
export const KnownPage = CrawledPage.extend({
  title: z.string().exactOptional(),
  has: z.array(z.string()).exactOptional(),
})
export type KnownPage = z.infer<typeof KnownPage>

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
  /** The id that the posting's page gives, if its listing only gave an address of it. A job's own id is the address's. */
  canonical_id: z.string().optional(),
  /** The fields whose stored values stay where this posting has none: the source seems to have lost them. */
  keep: z.array(z.string()).optional(),
  /** The digest of the listing's item that the record was made from. Absent if it was made from a page. */
  digest: z.string().optional(),
})
export type PostingResult = z.infer<typeof PostingResult>

/** The `ready` result of a job whose posting is stored, and whose page now only says that the posting is closed. */
export const ClosedResult = z.object({
  visit: z.int(),
  closed_at: z.string(),
  page: CrawledPage,
})
export type ClosedResult = z.infer<typeof ClosedResult>

/** The `ready` result of a job whose posting is stored, and whose page and listing say what they said then. */
export const SamePageResult = z.object({
  visit: z.int(),
  page: CrawledPage,
  /** The time of the last change by the listing, if the listing says more than an address. */
  updated_at: z.string().exactOptional(),
})
export type SamePageResult = z.infer<typeof SamePageResult>

/** The `ready` result of a job whose posting the plan found unchanged. */
export const UnchangedResult = z.object({ visit: z.int(), unchanged: z.literal(true) })
export type UnchangedResult = z.infer<typeof UnchangedResult>

/** The certificate of a posting. Null: its visits are no longer stored, or an earlier version made them. */
const PostingListings = z
  .object({
    /** The number of complete listings that had the posting. */
    complete: z.int(),
    /** When the last of them was read to its end. Null: none yet. */
    last_at: z.string().nullable(),
  })
  .nullable()

const Ranges = z.array(z.tuple([z.int(), z.int()]).readonly())
const Highlights = z.object({
  title: Ranges,
  description: z.object({ text: z.string(), ranges: Ranges }).nullable(),
})

/** A posting as `GET /api/postings` shows it. */
export const PostingView = PostingRecord.omit({
  details: true,
  facets: true,
  words: true,
  likeness: true,
}).extend({
  employer: z.string().nullable(),
  locations: z.array(Place),
  workplace: Workplace,
  team: z.string().nullable(),
  employment_types: z.array(EmploymentWords),
  language: z.string().nullable(),
  requisition_id: z.string().nullable(),
  read_from: ReadFrom,
  /** When the advert closed: its own closing time has passed, or its page says so. */
  closed_at: z.string().nullable(),
  company: z.string(),
  /** What the owner calls the company. Null: the company is not stored any more. */
  company_name: z.string().nullable(),
  external_id: z.string(),
  /** `closed`: the advert itself has closed, though its source still lists it. `expired`: it is gone. */
  status: z.enum(['open', 'closed', 'expired']),
  first_seen_at: z.string(),
  changed_at: z.string(),
  expired_at: z.string().nullable(),
  listings: PostingListings,
  /** Where the words of a search are: [from, to] of each, in the title and in a part of the description. Of a list with `q` alone. */
  highlights: Highlights.exactOptional(),
})
export type PostingView = z.infer<typeof PostingView>

/** What changed of a posting, the newest change first. */
export const PostingHistory = z.object({
  company: z.string(),
  external_id: z.string(),
  status: PostingView.shape.status,
  first_seen_at: z.string(),
  /** When the last visit that found the posting began, or found the posting first. Null if that visit is no longer stored. */
  last_seen_at: z.string().nullable(),
  listings: PostingListings,
  expired_at: z.string().nullable(),
  changes: z.array(
    z.object({
      at: z.string(),
      run_id: z.string(),
      /** `reopened`: it had expired at `expired_at`, and its source lists it again. */
      kind: z.enum(['changed', 'reopened']),
      expired_at: z.string().nullable(),
      fields: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
    }),
  ),
  /** False: there are older changes than these. */
  complete: z.boolean(),
})
export type PostingHistory = z.infer<typeof PostingHistory>

/** The postings about the same job as one, the surest first. They stay postings of their own. */
export const RelatedPostings = z.object({
  postings: z.array(
    z.object({
      company: z.string(),
      company_name: z.string().nullable(),
      external_id: z.string(),
      title: z.string(),
      url: z.string(),
      status: PostingView.shape.status,
      /** Both have the same requisition at one employer. */
      same_requisition: z.boolean(),
      /** How many of 64 bits differ between the SimHashes of title and text. Null: a text is too short to compare. */
      distance: z.int().nullable(),
    }),
  ),
  /** False: there are more. */
  complete: z.boolean(),
})
export type RelatedPostings = z.infer<typeof RelatedPostings>

const FacetCount = z.object({
  value: z.string(),
  count: z.int(),
  /** The name of the company whose slug `value` is. Of the facet `company` alone, while the company is stored. */
  title: z.string().exactOptional(),
})

/** How often each value of a facet is among the postings that match, the most frequent values first. */
export const PostingFacets = z.object({
  /** The number of postings that were counted. */
  counted: z.int(),
  /** False: more postings match, and the newest of them were counted. */
  complete: z.boolean(),
  values: z.record(z.string(), z.array(FacetCount)),
})
export type PostingFacets = z.infer<typeof PostingFacets>

export const PostingPage = z.object({
  postings: z.array(PostingView),
  next_cursor: z.string().nullable(),
  facets: PostingFacets.exactOptional(),
})
export type PostingPage = z.infer<typeof PostingPage>
