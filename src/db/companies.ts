import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { type Company, type CompanyPage, CompanyView, StoredCompany } from '../protocol/company.ts'
import { type LabelChange, type Labels, LABELS_MAX, type WantedLabel } from '../protocol/naming.ts'
import { answered, type Database } from './connect.ts'
import { iso, isoText } from './iso.ts'
import { jsonText } from './json.ts'
import { cutPage, decodePosition, encodePosition, type ListAnswer, StoredKey } from './page.ts'
import { readableRows, readRow } from './readable.ts'
import { companies } from './schema.ts'
import { lastVisit, nameOfCompany } from './visits.ts'

export type CompanyKey = { readonly owner: string; readonly slug: string }

type CompanyQuery = {
  readonly owner: string
  readonly label?: WantedLabel | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([StoredKey])

/** Lists an owner's companies in the order of their slugs. */
export async function listCompanies(
  db: Database,
  { owner, label, cursor, limit }: CompanyQuery,
): Promise<ListAnswer<CompanyPage>> {
  const after = cursor === undefined ? null : decodePosition(Position, cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const found = await answered(
    db.orm
      .select(shown)
      .from(companies)
      .where(
        and(
          eq(companies.owner, owner),
          after ? gt(companies.slug, after[0]) : undefined,
          label && hasLabel(label),
        ),
      )
      .orderBy(asc(companies.slug))
      .limit(limit + 1),
  )
  const { rows, last } = cutPage(found, limit)
  const next_cursor = last ? encodePosition([last.slug]) : null
  const readable = readableRows(CompanyView, rows, ({ slug }) => nameOfCompany({ owner, slug }))
  return { kind: 'page', page: { companies: readable, next_cursor } }
}

/** Returns undefined if this owner has no such company. */
export async function readCompany(db: Database, key: CompanyKey): Promise<CompanyView | undefined> {
  const found = await answered(db.orm.select(shown).from(companies).where(isCompany(key)))
  return readCompanyRow(CompanyView, found, key)
}

/** Whether this owner has such a company, be its row damaged or not. */
export async function hasCompany(db: Database, { owner, slug }: CompanyKey): Promise<boolean> {
  const text = 'SELECT slug FROM companies WHERE owner = $1::text AND slug = $2::text'
  return (await db.query(text, [owner, cleanText(slug)])).length > 0
}

/** Reads a company in the form that a run's input has. */
export async function findCompany(db: Database, key: CompanyKey): Promise<Company | undefined> {
  const { slug, name, source } = companies
  const found = await answered(
    db.orm.select({ slug, name, source }).from(companies).where(isCompany(key)),
  )
  return readCompanyRow(StoredCompany, found, key)
}

export type Created =
  | { readonly kind: 'created'; readonly company: CompanyView }
  | { readonly kind: 'exists' }

export async function createCompany(
  db: Database,
  {
    owner,
    company,
    labels = {},
  }: { readonly owner: string; readonly company: Company; readonly labels?: Labels | undefined },
): Promise<Created> {
  const { slug, name, source } = company
  const params = [owner, slug, cleanText(name), jsonText(source), jsonText(labels)]
  const made = readCompanyRow(CompanyView, await db.query(CREATE, params), {
    owner,
    slug,
  })
  return made ? { kind: 'created', company: made } : { kind: 'exists' }
}

const CREATE = `
INSERT INTO companies (owner, slug, name, source, labels, visit)
VALUES ($1::text, $2::text, $3::text, $4::text::jsonb, $5::text::jsonb, ${lastVisit})
ON CONFLICT DO NOTHING
RETURNING slug, name, source, labels, ${isoText('created_at')} AS created_at,
  ${isoText('updated_at')} AS updated_at, NULL AS attention`

/** `labels` replaces all labels. `label_change` changes some of them. */
type Change = CompanyKey &
  Partial<Pick<Company, 'name' | 'source'>> & {
    readonly labels?: Labels
    readonly label_change?: LabelChange
  }

/** Changes what is given. Returns undefined if this owner has no such company. */
export async function changeCompany(
  db: Database,
  { owner, slug, name, source, labels, label_change }: Change,
): Promise<CompanyView | 'too_many_labels' | undefined> {
  const key = { owner, slug }
  const changedLabels = label_change === undefined ? undefined : labelsAfter(label_change)
  const changed = await answered(
    db.orm
      .update(companies)
      .set({
        ...(name === undefined ? {} : { name: cleanText(name) }),
        ...(source === undefined ? {} : { source: sql`${jsonText(source)}::jsonb` }),
        ...(labels === undefined ? {} : { labels: sql`${jsonText(labels)}::jsonb` }),
        ...(changedLabels === undefined ? {} : { labels: changedLabels }),
        updated_at: sql`now()`,
      })
      .where(and(isCompany(key), changedLabels && areFew(changedLabels)))
      .returning(shown),
  )
  if (changed.length === 0 && changedLabels !== undefined && (await hasCompany(db, key)))
    return 'too_many_labels'
  return readCompanyRow(CompanyView, changed, key)
}

function labelsAfter(change: LabelChange): SQL {
  return sql`jsonb_strip_nulls(${companies.labels} || ${jsonText(change)}::jsonb)`
}

function areFew(labels: SQL): SQL {
  return sql`(SELECT count(*) FROM jsonb_object_keys(${labels})) <= ${LABELS_MAX}`
}

function readCompanyRow<T>(
  shape: z.ZodType<T>,
  [row]: readonly object[],
  key: CompanyKey,
): T | undefined {
  return row && readRow(shape, row, nameOfCompany(key))
}

const shown = {
  slug: companies.slug,
  name: companies.name,
  source: companies.source,
  labels: companies.labels,
  created_at: iso(companies.created_at),
  updated_at: iso(companies.updated_at),
  attention: sql<CompanyView['attention']>`(
    SELECT CASE WHEN last.certificate ? 'fallen' THEN
      jsonb_build_object('visit', last.visit, 'fallen', last.certificate->'fallen') END
    FROM visits AS last WHERE last.owner = companies.owner AND last.company = companies.slug
      AND last.certificate IS NOT NULL ORDER BY last.visit DESC LIMIT 1)`,
}

function isCompany({ owner, slug }: CompanyKey) {
  return and(eq(companies.owner, owner), eq(companies.slug, cleanText(slug)))
}

function hasLabel({ key, value }: WantedLabel): SQL {
  return value === undefined
    ? sql`jsonb_exists(${companies.labels}, ${key})`
    : sql`${companies.labels}->>${key}::text = ${cleanText(value)}`
}
