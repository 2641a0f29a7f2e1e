import { z } from 'zod'

import { type Company, Slug, StoredCompany } from '../../protocol/company.ts'
import { GivenCompany } from './company.ts'

const MAX_COMPANIES = 10_000
const MAX_ISSUES = 20

/** The slug of a stored company, or a whole company. */
type CompanyRef = Slug | Company

type InputIssue = { readonly path: readonly PropertyKey[]; readonly message: string }

function readRef(value: unknown): z.ZodSafeParseResult<CompanyRef> {
  return typeof value === 'string' ? Slug.safeParse(value) : GivenCompany.safeParse(value)
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the issues of the one schema that fits the entry's kind. A union's errors do not say which field is wrong. */
function issuesOf(value: unknown, read: z.ZodSafeParseResult<CompanyRef>): readonly InputIssue[] {
  if (typeof value !== 'string' && !isRecord(value)) {
    return [{ path: [], message: 'a company is a slug, or an object of slug, name and source' }]
  }
  return read.error?.issues ?? []
}

/** Reads the entries in order. Stops after MAX_ISSUES errors, as nobody reads more. */
function readAll(values: readonly unknown[], context: z.RefinementCtx): CompanyRef[] {
  const companies: CompanyRef[] = []
  const slugs = new Set<string>()
  let found = 0
  for (const [index, value] of values.entries()) {
    const read = readRef(value)
    const issues = read.success ? twice(read.data, slugs) : issuesOf(value, read)
    for (const { path, message } of issues) {
      context.addIssue({ code: 'custom', path: [index, ...path], message, input: value })
    }
    found += issues.length
    if (found >= MAX_ISSUES) break
    if (read.success) companies.push(read.data)
  }
  return companies
}

function twice(company: CompanyRef, slugs: Set<string>): readonly InputIssue[] {
  const slug = slugOf(company)
  if (slugs.has(slug)) return [{ path: [], message: `the company ${slug} is listed twice` }]
  slugs.add(slug)
  return []
}

export function slugOf(company: CompanyRef): Slug {
  return typeof company === 'string' ? company : company.slug
}

const COUNT = 'an ingestion needs 1 to 10,000 companies'

/** Describes an entry in the API's contract. `readAll` reads each entry by one of the two schemas. */
const Entry = z.unknown().meta({
  anyOf: [Slug, GivenCompany].map((schema) =>
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  ),
})

/** Checks the count before it reads any entry, so that too many entries make one error. */
const Companies = z
  .array(Entry, 'companies is a list of slugs or companies')
  .min(1, COUNT)
  .max(MAX_COMPANIES, COUNT)
  .transform(readAll)

/** The input is `{companies: [slug | {slug, name, source: {type, …}}]}` with each company once. */
export const IngestionInput = z.strictObject({ companies: Companies })
export type IngestionInput = z.infer<typeof IngestionInput>

/** A company as a run stores it with the group. */
export const StoredRef = z.union([Slug, StoredCompany])
