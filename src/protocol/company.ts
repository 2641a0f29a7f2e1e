import { z } from 'zod'

import type { Owner } from './ids.ts'
import { givenName, givenText } from './text.ts'
import { FallenField } from './visit.ts'

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

const ADDRESSES = ['url', 'base_url']

/**
 * Where a company's postings are read: a type of `src/pipelines/ingestion/sources`, and the texts that it needs. A
 * version that does not know the type shows the source all the same, and its plan says that it cannot be read.
 */
export const Source = z
  .object({ type: z.string() })
  .catchall(z.string().optional())
  .refine(hasAddresses, 'an address of the source is not valid')
export type Source = z.infer<typeof Source>

function hasAddresses(source: { readonly [field: string]: string | undefined }): boolean {
  return ADDRESSES.every((field) => {
    const address = source[field]
    return address === undefined || URL.canParse(address)
  })
}

/** A company in the form that a run's input has. The ingestion's own schema says more of its source. */
export const Company = z.strictObject({
  slug: Slug,
  name: givenName(200),
  source: Source,
})
export type Company = z.infer<typeof Company>

/** One visit of a company. The number `visit` fences what the visit's planning writes to Postgres. */
export type VisitKey = { readonly owner: Owner; readonly company: Slug; readonly visit: number }

/** A stored company. An earlier version may have stored it and taken names that are refused today. */
export const StoredCompany = z.object({
  slug: z.string().brand<'Slug'>(),
  name: z.string(),
  source: Source,
})

/** A stored company as its routes show it. Times are ISO 8601. */
export const CompanyView = StoredCompany.extend({
  labels: z.record(z.string(), z.string()),
  created_at: z.string(),
  updated_at: z.string(),
  /** Why somebody should look at the company's source. Null: its last visit found nothing odd. */
  attention: z.object({ visit: z.int(), fallen: z.array(FallenField) }).nullable(),
})
export type CompanyView = z.infer<typeof CompanyView>

export const CompanyPage = z.object({
  companies: z.array(CompanyView),
  next_cursor: z.string().nullable(),
})
export type CompanyPage = z.infer<typeof CompanyPage>
