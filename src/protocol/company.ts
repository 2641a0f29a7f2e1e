import { z } from 'zod'

import type { Owner } from './ids.ts'
import { givenName, givenText } from './text.ts'

/** A company's name in addresses and keys: lower-case letters, digits and single hyphens. */
export const Slug = z
  .string()
  .max(100, 'a slug has at most 100 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a slug is lower-case letters, digits and single hyphens')
  .brand<'Slug'>()
export type Slug = z.infer<typeof Slug>

/**
 * A company's slug in the path of a request. It takes more than `Slug` does, because earlier versions
 * stored slugs that are refused today.
 */
export const SlugInPath = givenText(200).brand<'Slug'>()

const Address = givenText(2_000).pipe(
  z.url({ protocol: /^https?$/, error: 'is no http or https address' }),
)

const board = {
  board: z
    .string()
    .regex(
      /^[A-Za-z0-9_.-]{1,100}$/,
      'a board is 1 to 100 letters, digits, hyphens or underscores',
    ),
  /** Replaces the scheme and host of the board's documented endpoint. */
  base_url: Address.optional(),
}

const KNOWN = 'greenhouse, lever, ashby, site'

/** Where a company's postings are read: a board's public API, or the company's own pages. */
export const Source = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('greenhouse'), ...board }),
    z.strictObject({ type: z.literal('lever'), ...board }),
    z.strictObject({ type: z.literal('ashby'), ...board }),
    z.strictObject({
      type: z.literal('site'),
      /** A sitemap, an index of sitemaps, or a page that links to the postings. */
      url: Address,
      /** Only addresses that contain this text are postings. Without `match`, addresses that look like one are. */
      match: givenText(200).optional(),
    }),
  ],
  `is no source that is known; known are: ${KNOWN}`,
)
export type Source = z.infer<typeof Source>

export const Company = z.strictObject({
  slug: Slug,
  name: givenName(200),
  source: Source,
})
export type Company = z.infer<typeof Company>

/** One visit of a company. The number `visit` fences what the visit's planning writes to Postgres. */
export type VisitKey = { readonly owner: Owner; readonly company: Slug; readonly visit: number }

const StoredAddress = z.string().refine((text) => URL.canParse(text))
const storedBoard = { board: z.string(), base_url: StoredAddress.optional() }

/**
 * A stored company. An earlier version may have stored it and taken names that are refused today, so its
 * names may be any text. `match` is empty where the given text could not be stored.
 */
export const StoredCompany = z.object({
  slug: z.string().brand<'Slug'>(),
  name: z.string(),
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('greenhouse'), ...storedBoard }),
    z.object({ type: z.literal('lever'), ...storedBoard }),
    z.object({ type: z.literal('ashby'), ...storedBoard }),
    z.object({
      type: z.literal('site'),
      url: StoredAddress,
      match: z
        .string()
        .transform((match) => (match === '' ? undefined : match))
        .optional(),
    }),
  ]),
})

/** A stored company as its routes show it. Times are ISO 8601. */
export const CompanyView = StoredCompany.extend({ created_at: z.string(), updated_at: z.string() })
export type CompanyView = z.infer<typeof CompanyView>

export const CompanyPage = z.object({
  companies: z.array(CompanyView),
  next_cursor: z.string().nullable(),
})
export type CompanyPage = z.infer<typeof CompanyPage>
