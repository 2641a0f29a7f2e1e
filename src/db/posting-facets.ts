import { z } from 'zod'

import type { PostingFacets } from '../protocol/posting.ts'
import type { Database, Statement } from './connect.ts'
import {
  type Bind,
  conditionsOf,
  NEWEST,
  type PostingFilter,
  wholeCondition,
} from './posting-filter.ts'
import { companyName, SHOWN_STATUS } from './posting-view.ts'

/** The most values of a facet, the most frequent first. */
const VALUES = 50
/** The most postings that are counted, the newest first: all 200,000 would take the embedded Postgres half a second. */
const POSTINGS = 10_000

const Counted = z.array(
  z.object({ name: z.string(), value: z.string(), count: z.int(), title: z.string().nullable() }),
)

/** Counts the values of facets over the postings that match. */
export async function countFacets(
  db: Database,
  filter: PostingFilter,
  names: readonly string[],
): Promise<PostingFacets> {
  const rows = Counted.parse(await db.batch([BY_INDEX, statement(filter, names)]))
  const counted = rows.find(({ name }) => name === '')?.count ?? 0
  const by = Map.groupBy(rows, ({ name }) => name)
  const values = names.map((name) => {
    const found = by.get(name) ?? []
    return [name, found.map(toValue)] as const
  })
  return { counted, complete: counted < POSTINGS, values: Object.fromEntries(values) }
}

function toValue({ value, count, title }: z.infer<typeof Counted>[number]) {
  return { value, count, ...(title === null ? {} : { title }) }
}

const BY_INDEX: Statement = ['SET LOCAL enable_seqscan = off', []]

/** Facets that are columns of their own. */
const OWN: Readonly<Record<string, string>> = { company: 'company', status: SHOWN_STATUS }

/** Counts equal sets of facets first: there are few different ones. The row without a name counts the postings. */
function statement(filter: PostingFilter, names: readonly string[]): Statement {
  const params: unknown[] = []
  const bind: Bind = (value, type) => `$${params.push(value)}::${type}`
  const id = bind(filter.owner, 'text')
  const owner = `owner = ${id}`
  const title = `CASE WHEN name = 'company' THEN ${companyName({ owner: id, company: 'value' })} END`
  const whole = wholeCondition(conditionsOf(filter, bind))
  const own = names.flatMap((name) =>
    OWN[name] === undefined
      ? []
      : [
          `UNION ALL SELECT '${name}', ${OWN[name]}, count(*)::integer FROM chosen GROUP BY ${OWN[name]}`,
        ],
  )
  const text = `
WITH chosen AS MATERIALIZED (
  SELECT facets, company, status, closed_at, valid_through FROM postings
  WHERE ${owner} AND ${whole} ORDER BY ${NEWEST} DESC LIMIT ${POSTINGS}
),
alike AS MATERIALIZED (SELECT facets, count(*) AS count FROM chosen GROUP BY facets),
counted AS (
  SELECT facet, sum(count)::integer AS count FROM alike CROSS JOIN LATERAL unnest(facets) AS facet
  WHERE split_part(facet, ':', 1) = ANY (${bind(names, 'text[]')}) GROUP BY facet
),
named AS (
  SELECT split_part(facet, ':', 1) AS name, substr(facet, strpos(facet, ':') + 1) AS value, count
  FROM counted ${own.join(' ')}
),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY name ORDER BY count DESC, value) AS place FROM named
)
SELECT name, value, count, ${title} AS title FROM placed WHERE place <= ${VALUES}
UNION ALL SELECT '', '', count(*)::integer, NULL FROM chosen
ORDER BY name, count DESC, value`
  return [text, params]
}
