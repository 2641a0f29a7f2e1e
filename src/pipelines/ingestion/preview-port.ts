import type { Company, Slug } from '../../protocol/company.ts'
import type { ExternalId, Owner } from '../../protocol/ids.ts'
import type { PostingRecord } from '../../protocol/posting.ts'

/** A posting of a listing. `posting` is null if the content is on the posting's own page. */
type FoundPosting = {
  readonly external_id: ExternalId
  readonly posting: PostingRecord | null
}

/** The difference between the found postings and the stored ones. The comparison writes nothing. */
export type Comparison = {
  /** `known`: the posting is stored. Without its content nobody can tell whether it changed. */
  readonly outcomes: ReadonlyMap<ExternalId, 'new' | 'changed' | 'unchanged' | 'known'>
  /** The number of open postings that were not found, and the first of them. */
  readonly gone: {
    readonly count: number
    readonly sample: readonly { readonly external_id: string; readonly title: string }[]
  }
  /** Whether so many postings are gone at once that a person must decide. */
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
