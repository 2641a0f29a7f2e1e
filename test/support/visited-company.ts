import { z } from 'zod'

import type { Database } from '../../src/db/connect.ts'
import { markListed } from '../../src/db/listed.ts'
import { endVisit, type ExpiryRule } from '../../src/db/visit-end.ts'
import { visitCompany } from '../../src/db/visits.ts'
import { Company } from '../../src/protocol/company.ts'
import { newOwner, newRunId, readyRow, recorder } from './database.ts'

export const acme = Company.parse({
  slug: 'acme',
  name: 'Acme',
  source: { type: 'greenhouse', board: 'acme', base_url: 'http://127.0.0.1:1' },
})

/** A rule by which one miss expires a posting, and nothing is held. */
export const atOnce: ExpiryRule = { misses: 1, hold_percent: 100 }

const Ids = z.array(z.object({ external_id: z.string() }))

/** A company of a new owner. It is visited as a run's plans and jobs do it. */
export class VisitedCompany {
  readonly owner = newOwner()
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  key(visit: number) {
    return { owner: this.owner, company: acme.slug, visit }
  }

  /** Begins the next visit. */
  async begin(run_id: string = newRunId(), visit_ms = 600_000): Promise<number> {
    const query = { owner: this.owner, run_id, company: acme, visit_ms }
    const visited = await visitCompany(this.#db, query)
    if (!visited) throw new Error('no company')
    return visited.visit
  }

  list(visit: number, ...ids: string[]): Promise<void> {
    const items = ids.map((external_id) => ({ external_id, digest: null }))
    return this.compare(visit, items).then(() => undefined)
  }

  /** Lists postings with the digests of their items. Returns the digests of those that are unchanged. */
  compare(visit: number, items: Parameters<typeof markListed>[2]): Promise<ReadonlySet<string>> {
    return markListed(this.#db, this.key(visit), items)
  }

  /** Records results of a visit's jobs, under a new run. */
  found(visit: number, ...ids: string[]) {
    const rows = ids.map((id) => readyRow(id, { visit, posting: { title: `${id} of ${visit}` } }))
    return recorder(this.#db, this.owner)(...rows)
  }

  async end(visit: number, listing: 'complete' | 'incomplete' = 'complete', rule = atOnce) {
    return (await this.ended(visit, listing, rule))?.expiry
  }

  /** Ends a visit, and returns the whole answer. */
  ended(visit: number, listing: 'complete' | 'incomplete' = 'complete', rule = atOnce) {
    return endVisit(this.#db, this.key(visit), { listing, ...rule })
  }

  /** Makes a whole visit that lists and finds these postings. */
  async visit(ids: readonly string[], given: { run_id?: string; rule?: ExpiryRule } = {}) {
    const visit = await this.begin(given.run_id)
    await this.list(visit, ...ids)
    await this.found(visit, ...ids)
    return { visit, expiry: await this.end(visit, 'complete', given.rule) }
  }

  async ids(status: 'open' | 'expired' = 'open'): Promise<string[]> {
    const rows = await this.#db.query(
      'SELECT external_id FROM postings WHERE owner = $1 AND status = $2 ORDER BY external_id',
      [this.owner, status],
    )
    return Ids.parse(rows).map(({ external_id }) => external_id)
  }

  /** Reads the columns of a posting's row that differ between postings. */
  async row(external_id: string) {
    const rows = await this.#db.query(
      `SELECT status, title, visit, misses, missed_visit, expired_at IS NOT NULL AS dated
        FROM postings WHERE owner = $1 AND external_id = $2`,
      [this.owner, external_id],
    )
    return rows[0]
  }
}
