import { neonConfig } from '@neondatabase/serverless'
import { z } from 'zod'

import type { Database, Statement } from '../../src/db/connect.ts'

const Query = z.object({ query: z.string(), params: z.array(z.unknown()) })
const Sent = z.union([
  Query.transform((one) => [one]),
  z.object({ queries: z.array(Query) }).transform(({ queries }) => queries),
])

/** Records the requests that a call sends to Postgres, each with its statements in their order. */
export async function recordStatements(call: () => Promise<unknown>): Promise<Statement[][]> {
  const requests: Statement[][] = []
  neonConfig.fetchFunction = (url: string, init: RequestInit & { readonly body: string }) => {
    const sent = Sent.parse(JSON.parse(init.body))
    requests.push(sent.map(({ query, params }) => [query, params]))
    return fetch(url, init)
  }
  try {
    await call()
  } finally {
    neonConfig.fetchFunction = undefined
  }
  return requests
}

/** A node of a plan, as `EXPLAIN (FORMAT JSON)` writes it. */
const PlanNode = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  get Plans() {
    return z.array(PlanNode).optional()
  },
})
type PlanNode = z.infer<typeof PlanNode>

const Explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: PlanNode })]) })])

/** Answers the nodes of a statement's plan. `before` are the settings that the request makes for it. */
export async function planOf(
  db: Database,
  [text, params]: Statement,
  before: readonly Statement[] = [],
): Promise<PlanNode[]> {
  const rows = await db.batch([...before, [`EXPLAIN (FORMAT JSON) ${text}`, params]])
  const [
    {
      'QUERY PLAN': [{ Plan }],
    },
  ] = Explained.parse(rows)
  return nodesOf(Plan)
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/**
 * Names each access to a table that does not begin with its key: a scan of the whole table, or an index that is
 * read without the owner. Postgres's own tables, such as that of the schemas, have no owners and few rows.
 */
export function scansOf(plan: readonly PlanNode[]): string[] {
  return plan.flatMap((node) => {
    const type = node['Node Type']
    const table = node['Relation Name'] ?? ''
    if (type === 'Seq Scan') return table.startsWith('pg_') ? [] : [`Seq Scan on ${table}`]
    const index = node['Index Name']
    if (index === undefined || index.startsWith('pg_') || hasOwner(node)) return []
    return [`${type} of ${index} without the owner: ${node['Index Cond'] ?? 'no condition'}`]
  })
}

/** An index of vectors has no place for an owner: it is read until enough neighbours are the owner's. */
function hasOwner(node: PlanNode): boolean {
  if (node['Index Name']?.startsWith('chunk_vectors_near') === true) return true
  return /\bowner = /.test(node['Index Cond'] ?? '')
}

export function indexesOf(plan: readonly PlanNode[]): string[] {
  return plan.flatMap((node) => node['Index Name'] ?? [])
}
