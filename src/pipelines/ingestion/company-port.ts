import type { Company, Slug, Source, VisitKey } from '../../protocol/company.ts'
import type { ExternalId, Owner, RunId } from '../../protocol/ids.ts'
import type { KnownPage, ListedItem } from '../../protocol/posting.ts'
import type { FieldCounts, ListingCertificate } from '../../protocol/visit.ts'

/** The stored company at the start of a visit. */
type Visit = {
  readonly slug: Slug
  readonly name: string
  readonly source: Source
  /** The company's visit counter. Each planning, by any run, takes the next number. */
  readonly visit: number
  /** How many postings had each field in the last complete listings. */
  readonly recent: readonly FieldCounts[]
}

/** The effect of a complete listing on stored postings that it does not hold. */
export type Expiry =
  | { readonly kind: 'applied'; readonly gone: number; readonly open: number }
  /** So many postings are gone at once that a person must decide. */
  | { readonly kind: 'held'; readonly gone: number; readonly open: number }
  /** A newer visit has begun and will expire postings. */
  | { readonly kind: 'superseded' }

/** `run_gone` counts the postings that all visits of the run to the company have expired. */
export type VisitEnd = { readonly expiry: Expiry | undefined; readonly run_gone: number }

/** How a listing was read. The certificate is null if it could not be read. */
type ReadListing = {
  readonly listing: 'complete' | 'incomplete'
  readonly certificate: ListingCertificate | null
}

export type CompanyPort = {
  /**
   * Begins the company's next visit. First stores a whole company for its owner, or updates the stored one. A
   * slug names a stored company; resolves to undefined if the owner has none with this slug.
   */
  visit(request: {
    owner: Owner
    run_id: RunId
    company: Slug | Company
  }): Promise<Visit | undefined>
  /**
   * Reads the ids of the postings that are stored under another id than their listing's, because their pages gave
   * it. Holds no entry for the others.
   */
  aliases(
    visit: VisitKey,
    external_ids: readonly ExternalId[],
  ): Promise<ReadonlyMap<string, string>>
  /**
   * Marks the postings as listed in the visit. Returns the digests of those that are stored, open and made from
   * an equal item. They now count as written by this visit: no older visit can change them any more, so that
   * their jobs need no content.
   */
  markListed(visit: VisitKey, items: readonly ListedItem[]): Promise<ReadonlySet<string>>
  /** Reads which pages these postings were crawled from. Holds no entry for a posting that was not crawled. */
  knownPages(
    visit: VisitKey,
    external_ids: readonly ExternalId[],
  ): Promise<ReadonlyMap<ExternalId, KnownPage>>
  /** Ends the visit. After a complete listing, expires the postings that it does not hold (PLAN-4). */
  endVisit(visit: VisitKey, read: ReadListing): Promise<VisitEnd | undefined>
}
