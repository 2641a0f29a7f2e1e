import {
  blankLastVisit,
  COMPANY_PARTS,
  dropCompany,
  ofCompany,
} from '../../src/db/company-deletion.ts'
import type { Database } from '../../src/db/connect.ts'
import { dropRemovals, removeSlice } from '../../src/db/erasure.ts'

type CompanyKey = { readonly owner: string; readonly slug: string }

/** Deletes a company as its task does, up to the number of its last visit. Returns false if there is none. */
export async function deleteCompany(db: Database, key: CompanyKey): Promise<boolean> {
  const dropped = await dropCompany(db, key)
  if (dropped === undefined) return false
  const company = { ...key, visit: dropped.visit }
  const task = { owner: key.owner, task_id: crypto.randomUUID() }
  for (const part of COMPANY_PARTS)
    await removeSlice(db, { ...task, limit: 10_000 }, ofCompany(part, company))
  await blankLastVisit(db, company)
  await dropRemovals(db, task)
  return true
}
