import type { Source } from '../../src/protocol/company.ts'
import type { Detection } from '../../src/protocol/detection.ts'
import type { Labels } from '../../src/protocol/naming.ts'

/** A company that a person is about to add: what was found, and what the person made of it. */
export type FoundCompany = {
  /** The address that was looked at, or the row of the file that has the source. No other company has the same. */
  readonly from: string
  readonly slug: string
  readonly name: string
  readonly labels: Labels
  readonly source: Source
  readonly why: string
  /** `given`: a file has the source, so that nobody looked for one. */
  readonly proof: 'answered' | 'not confirmed' | 'given'
  readonly chosen: boolean
}

/** What a person gave of a company: its address or its source, and perhaps its names. Empty: as the career site calls it. */
export type GivenNames = {
  readonly address: string
  readonly slug: string
  readonly name: string
  /** Of a CSV. */
  readonly row?: number
  readonly labels?: Labels
  /** The source that a file has. */
  readonly source?: Source | undefined
}

/** Makes companies of what was found, in the order of what was given. Each gets a slug of its own. */
export function companiesOf(
  found: readonly Detection[],
  given: readonly GivenNames[],
): readonly FoundCompany[] {
  const known = new Map(found.map((one) => [one.url, one]))
  const taken = new Set<string>(given.map(({ slug }) => slug))
  return given.flatMap((names) => {
    const one = names.source ? ofFile(names, names.source) : ofAddress(known.get(names.address))
    if (one === undefined) return []
    const { called, board, ...source } = one
    const name = names.name || called || board
    const slug = names.slug || freeSlug(names.name || board, taken)
    taken.add(slug)
    return [{ ...source, slug, name, labels: names.labels ?? {}, chosen: true }]
  })
}

/** `called`: what the career site calls the company. `board`: what its address does. */
type NamedSource = Pick<FoundCompany, 'from' | 'source' | 'why' | 'proof'> & {
  readonly called: string
  readonly board: string
}

function ofFile({ row = 0 }: GivenNames, source: Source): NamedSource {
  const { type, board = '', url = '' } = source
  const place = { from: `Row ${row} of the file`, why: board || url, proof: 'given' } as const
  return { ...place, source, called: '', board: board || type }
}

function ofAddress(one: Detection | undefined): NamedSource | undefined {
  if (one === undefined || one.status === 'failed') return undefined
  const { url, source, why, confirmed, name } = one
  const board = one.board || name || new URL(url).hostname
  const proof = confirmed ? 'answered' : 'not confirmed'
  return { from: url, source, why, proof, called: name ?? '', board }
}

function freeSlug(text: string, taken: ReadonlySet<string>): string {
  const slug = slugOf(text)
  if (!taken.has(slug)) return slug
  let number = 2
  while (taken.has(`${slug}-${number}`)) number += 1
  return `${slug}-${number}`
}

/** Lower-case letters, digits and single hyphens. */
export function slugOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 90)
    .replaceAll(/-+$/g, '')
  return plain === '' ? 'company' : plain
}
