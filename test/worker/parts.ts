import { env } from 'cloudflare:workers'
import { z } from 'zod'

import { connect } from '../../src/db/connect.ts'
import type { Database } from '../../src/db/connect.ts'
import { Company, Slug } from '../../src/protocol/company.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { settings } from './object.ts'

/** The Postgres of the Worker under test. */
export function database(): Database {
  if (env.DATABASE_URL === undefined || env.NEON_ENDPOINT === undefined)
    throw new Error('this project has no Postgres')
  const { statement_ms } = settings
  return connect({ url: env.DATABASE_URL, endpoint: env.NEON_ENDPOINT, statement_ms })
}

/**
 * Makes a new owner. The tests share the database and the sites, and each test's data belong to an owner of
 * its own.
 */
export function newOwner(): Owner {
  return Owner.parse(`owner-${crypto.randomUUID()}`)
}

/** Counts an owner's rows by the values of a column. */
export async function count(owner: string, column: 'status' | 'outcome', run_id: string) {
  const rows = await database().query(
    `SELECT ${column} AS value, count(*)::integer AS count FROM run_jobs
     WHERE owner = $1 AND run_id = $2 AND ${column} IS NOT NULL GROUP BY 1`,
    [owner, run_id],
  )
  const counts = z.array(z.object({ value: z.string(), count: z.int() })).parse(rows)
  return Object.fromEntries(counts.map(({ value, count: n }) => [value, n]))
}

/** The sample company of this board, in the form of an ingestion's input. */
export function company(board: number): Company {
  return boardCompany('greenhouse', board)
}

/** The same board over another API. */
export function boardCompany(type: 'greenhouse' | 'lever' | 'ashby', board: number): Company {
  const name = `company-${board}`
  const source = { type, board: name, base_url: env.EGRESS_ALLOW }
  return Company.parse({ slug: Slug.parse(name), name, source })
}

/** The same board as a company's own site, with a page for each posting. */
export function siteCompany(board: number): Company {
  const name = `company-${board}`
  const url = `${env.EGRESS_ALLOW}/sites/${name}/careers`
  return Company.parse({ slug: `${name}-site`, name, source: { type: 'site', url } })
}

export function startBody(...companies: readonly (number | Company)[]) {
  const whole = companies.map((one) => (typeof one === 'number' ? company(one) : one))
  return { pipeline: 'ingestion', input: { companies: whole } }
}

type Change = {
  readonly visit?: number
  readonly latency_ms?: number
  readonly fault?: string | null
  readonly times?: number
  readonly at?: string
}

/** Changes a board of the sample sites. */
export async function control(board: number, change: Change): Promise<void> {
  const body = JSON.stringify({ board: `company-${board}`, ...change })
  const response = await fetch(`${env.EGRESS_ALLOW}/control`, { method: 'POST', body })
  if (!response.ok) throw new Error(`the sites answered ${await response.text()}`)
}

const Listing = z.object({
  jobs: z.array(z.looseObject({ id: z.union([z.int(), z.string()]), title: z.string() })),
})

/** Reads the present listing of a board, as text by external id. */
export async function listing(board: number): Promise<Map<string, string>> {
  const path = `/v1/boards/company-${board}/jobs?content=true`
  const response = await fetch(`${env.EGRESS_ALLOW}${path}`)
  const { jobs } = Listing.parse(await response.json())
  return new Map(jobs.map((job) => [String(job.id), JSON.stringify(job)]))
}
