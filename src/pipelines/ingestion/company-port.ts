import type { Company, Slug, Source } from '../../protocol/company.ts'
import type { ExternalId, Owner, RunId } from '../../protocol/ids.ts'
import type { CrawledPage } from '../../protocol/posting.ts'

/** One planning of a company, which fences what it writes. */
export type VisitKey = { readonly owner: Owner; readonly company: Slug; readonly visit: number }

/** The stored company as one planning of it finds it. */
type Visit = {
  readonly slug: Slug
  readonly name: string
  readonly source: Source
  /** The company's planning counter: each planning by any run takes the next. */
  readonly visit: number
}

/** What a complete listing did to the postings that it no longer holds. */
export type Expiry =
  | { readonly kind: 'applied'; readonly gone: number; readonly open: number }
  /** More would go at once than is safe: a person decides. */
  | { readonly kind: 'held'; readonly gone: number; readonly open: number }
  /** A newer visit has begun, and will see to it. */
  | { readonly kind: 'superseded' }

/** `run_gone`: as many postings as the run's listings of the company have expired by now, in all its visits. */
export type VisitEnd = { readonly expiry: Expiry | undefined; readonly run_gone: number }

export type CompanyPort = {
  /**
   * Takes the company's next visit. A whole company is stored for its owner first, or updates the
   * stored one; a slug names a stored one, and `undefined` says that there is none.
   */
  visit(request: {
    owner: Owner
    run_id: RunId
    company: Slug | Company
  }): Promise<Visit | undefined>
  /** Marks these ids as listed in the visit. */
  markListed(visit: VisitKey, external_ids: readonly ExternalId[]): Promise<void>
  /** The pages that these postings were crawled from before, where they were. */
  knownPages(
    visit: VisitKey,
    external_ids: readonly ExternalId[],
  ): Promise<ReadonlyMap<ExternalId, CrawledPage>>
  /** Ends the visit; after a complete listing, expires what it no longer holds (PLAN-4). */
  endVisit(visit: VisitKey, listing: 'complete' | 'incomplete'): Promise<VisitEnd | undefined>
}
