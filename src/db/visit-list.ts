import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { type VisitPage, VisitView } from '../protocol/visit.ts'
import type { Database } from './connect.ts'
import { isoText } from './iso.ts'
import { cutPage, decodePosition, encodePosition, type ListAnswer } from './page.ts'
import { readableRows } from './readable.ts'

type VisitListQuery = {
  readonly owner: string
  readonly company: string
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([z.int()])

/** Lists the visits of a company, the newest first. */
export async function listVisits(
  db: Database,
  { owner, company, cursor, limit }: VisitListQuery,
): Promise<ListAnswer<VisitPage>> {
  const before = cursor === undefined ? null : decodePosition(Position, cursor)
  if (before === undefined) return { kind: 'bad_cursor' }
  const params = [owner, cleanText(company), before?.[0] ?? null, limit + 1]
  const { rows, last } = cutPage(z.array(VisitRow).parse(await db.query(LIST, params)), limit)
  const next_cursor = last ? encodePosition([last.visit]) : null
  const name = ({ visit }: VisitRow) => ({ owner, what: `the visit ${visit} of ${company}` })
  return { kind: 'page', page: { visits: readableRows(VisitView, rows, name), next_cursor } }
}

const VisitRow = z.looseObject({ visit: z.int() })
type VisitRow = z.infer<typeof VisitRow>

const LIST = `
SELECT visit, run_id, status, ${isoText('started_at')} AS started_at,
  ${isoText('ended_at')} AS ended_at, certificate, gone
FROM visits
WHERE owner = $1::text AND company = $2::text AND visit < coalesce($3::integer, 2147483647)
ORDER BY visit DESC
LIMIT $4::integer`
