import type { Company, Slug } from '../../protocol/company.ts'
import type { ExternalId, Owner } from '../../protocol/ids.ts'
import type { PostingRecord } from '../../protocol/posting.ts'

/** A posting as a listing has it; null where its content stands on a page of its own. */
type FoundPosting = {
  readonly external_id: ExternalId
  readonly posting: PostingRecord | null
}

/** What stands in Postgres against what was found. Nothing is written. */
export type Comparison = {
  /** `known`: it is stored, and whether it changed cannot be said without its content. */
  readonly outcomes: ReadonlyMap<ExternalId, 'new' | 'changed' | 'unchanged' | 'known'>
  /** Open postings that were not found: how many, and the first of them. */
  readonly gone: {
    readonly count: number
    readonly sample: readonly { readonly external_id: string; readonly title: string }[]
  }
  /** Whether so many at once would be held for a person's decision. */
  readonly held: boolean
}

export type PreviewPort = {
  find(request: { owner: Owner; slug: Slug }): Promise<Company | undefined>
  compare(request: {
    owner: Owner
    company: Slug
    found: readonly FoundPosting[]
  }): Promise<Comparison>
}
