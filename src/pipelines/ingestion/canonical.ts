import { ExternalId } from '../../protocol/ids.ts'
import type { ListedPosting } from './listed.ts'
import { hasIdentifier } from './page/job-posting.ts'
import { canonicalOf, isOwnAddress } from './page/own-address.ts'
import { idOfAddress, isOnePosting } from './sources/posting-identity.ts'

/** What a posting's page says of the posting's identity. */
type PageIdentity = {
  readonly html: string
  /** The JobPosting's own address and identifier. Null: it gives none. */
  readonly url: string | null
  readonly identifier: string | null
}

/**
 * The id that a posting's page gives: by its canonical link, or else by its JobPosting's address or identifier. Undefined
 * if that is the id which the posting has from its address, or if the posting has its id from its source.
 */
export async function canonicalIdOf(
  listed: Addressed,
  page: PageIdentity,
): Promise<ExternalId | undefined> {
  if (!(await isIdOfAddress(listed))) return undefined
  const { external_id, url } = listed
  const address = canonicalOf(page.html, url) ?? page.url
  const id = address === null ? identifierId(page.identifier, url) : await idOfPage(address, url)
  return id === external_id ? undefined : id
}

type Addressed = Pick<ListedPosting, 'external_id' | 'url'>

/** Whether a posting has its id from its address, and not from its source. */
export async function isIdOfAddress({ external_id, url }: Addressed): Promise<boolean> {
  return URL.canParse(url) && external_id === (await idOfAddress(url))
}

async function idOfPage(address: string, asked: string): Promise<ExternalId | undefined> {
  const isOne = isOwnAddress(address, asked) && isOnePosting(new URL(address))
  return isOne ? idOfAddress(address) : undefined
}

/**
 * Some sites give the company's name as the identifier of every posting. An address that has the identifier is as good
 * as that.
 */
function identifierId(identifier: string | null, address: string): ExternalId | undefined {
  if (identifier === null || !/\d/.test(identifier)) return undefined
  if (hasIdentifier(address, identifier)) return undefined
  return ExternalId.safeParse(`identifier:${identifier}`).data
}

/** The postings of a listing under their stored ids, each once: two addresses may be of one posting. */
export function underAliases(
  postings: readonly ListedPosting[],
  aliases: ReadonlyMap<string, string>,
): readonly ListedPosting[] {
  if (aliases.size === 0) return postings
  const byId = new Map<string, ListedPosting>()
  for (const posting of postings) {
    const id = ExternalId.parse(aliases.get(posting.external_id) ?? posting.external_id)
    const known = byId.get(id)
    const kept = known === undefined || isBefore(posting.url, known.url) ? posting : known
    byId.set(id, { ...kept, external_id: id })
  }
  return [...byId.values()]
}

/** The shorter address is fetched, as two addresses of one page within a listing are. */
function isBefore(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length
}
