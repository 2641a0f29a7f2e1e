import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { Company } from '../protocol/company.ts'
import { answered, type Database } from './connect.ts'
import { companies } from './schema.ts'

const VisitedCompany = Company.extend({ visit: z.int() })
export type VisitedCompany = z.infer<typeof VisitedCompany>

type VisitQuery = { readonly owner: string; readonly company: string | Company }

const visited = {
  slug: companies.slug,
  name: companies.name,
  source: companies.source,
  visit: companies.visit,
}

/**
 * Takes the company's next visit, in one statement. One given in full is stored, or replaces the
 * owner's of the same slug; a slug alone names a stored one. Undefined: this owner has none.
 */
export async function visitCompany(
  db: Database,
  { owner, company }: VisitQuery,
): Promise<VisitedCompany | undefined> {
  const statement =
    typeof company === 'string' ? visitKnown(db, owner, company) : visitGiven(db, owner, company)
  return VisitedCompany.optional().parse((await answered<unknown[]>(statement)).at(0))
}

function visitKnown(db: Database, owner: string, slug: string) {
  return db.orm
    .update(companies)
    .set({ visit: sql`${companies.visit} + 1` })
    .where(and(eq(companies.owner, owner), eq(companies.slug, cleanText(slug))))
    .returning(visited)
}

function visitGiven(db: Database, owner: string, { slug, name, source }: Company) {
  const given = { name: cleanText(name), source }
  return db.orm
    .insert(companies)
    .values({ owner, slug, ...given, visit: 1 })
    .onConflictDoUpdate({
      target: [companies.owner, companies.slug],
      set: { ...given, visit: sql`${companies.visit} + 1`, updated_at: sql`now()` },
    })
    .returning(visited)
}
