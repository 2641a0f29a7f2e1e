import type { Company, Slug, Source } from '../../protocol/company.ts'
import type { Owner } from '../../protocol/ids.ts'

/** The stored company as one planning of it finds it. */
type Visit = {
  readonly slug: Slug
  readonly name: string
  readonly source: Source
  /** The company's planning counter: each planning by any run takes the next. */
  readonly visit: number
}

export type CompanyPort = {
  /**
   * Takes the company's next visit. A whole company is stored for its owner first, or updates the
   * stored one; a slug names a stored one, and `undefined` says that there is none.
   */
  visit(request: { owner: Owner; company: Slug | Company }): Promise<Visit | undefined>
}
