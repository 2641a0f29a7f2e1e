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

/** Makes companies of what was found. Each gets a slug of its own. */
export function companiesOf(found: readonly Detection[]): readonly FoundCompany[] {
  const taken = new Set<string>()
  return found.flatMap((one) => {
    if (one.status === 'failed') return []
    const name = one.name ?? one.board ?? new URL(one.url).hostname
    const slug = freeSlug(one.board ?? name, taken)
    taken.add(slug)
    const { url, source, why, confirmed } = one
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
