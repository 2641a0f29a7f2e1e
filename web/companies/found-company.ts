import type { Detection } from '../../src/protocol/detection.ts'

type FoundSource = Extract<Detection, { readonly status: 'found' }>['source']

/** A company that a person is about to add: what was found, and what the person made of it. */
export type FoundCompany = {
  readonly url: string
  readonly slug: string
  readonly name: string
  readonly source: FoundSource
  readonly why: string
  readonly confirmed: boolean
  readonly chosen: boolean
}

/** What a person gave of a company: its address, and perhaps its names. Empty: as the career site calls it. */
export type GivenNames = {
  readonly address: string
  readonly slug: string
  readonly name: string
  /** Of a CSV. */
  readonly row?: number
}

/** Makes companies of what was found, in the order of what was given. Each gets a slug of its own. */
export function companiesOf(
  found: readonly Detection[],
  given: readonly GivenNames[],
): readonly FoundCompany[] {
  const known = new Map(found.map((one) => [one.url, one]))
  const taken = new Set<string>(given.map(({ slug }) => slug))
  return given.flatMap((names) => {
    const one = known.get(names.address)
    if (one === undefined || one.status === 'failed') return []
    const { url, source, why, confirmed } = one
    const name = names.name || one.name || one.board || new URL(url).hostname
    const slug = names.slug || freeSlug(names.name || one.board || name, taken)
    taken.add(slug)
    return [{ url, slug, name, source, why, confirmed, chosen: true }]
  })
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
