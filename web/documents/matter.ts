import { type MatterId, MatterPage, MatterView } from '../../src/protocol/matter.ts'
import { request } from '../wire/request.ts'

/** A matter that the page shows. A matter that an address names may be new: the first upload makes it. */
export type ShownMatter =
  | { readonly kind: 'stored'; readonly matter: MatterView }
  | { readonly kind: 'new'; readonly name: string }

/** An address names a matter by its id. Links of earlier versions, and those to a new matter, have its name. */
export type MatterAddress = { readonly matter_id: MatterId } | { readonly matter: string }

export async function findMatter(asked: MatterAddress): Promise<ShownMatter> {
  if ('matter_id' in asked) {
    const matter = await request(`/api/matters/${asked.matter_id}`, MatterView)
    return { kind: 'stored', matter }
  }
  const query = new URLSearchParams({ name: asked.matter })
  const { matters } = await request(`/api/matters?${query}`, MatterPage)
  const [matter] = matters
  return matter === undefined ? { kind: 'new', name: asked.matter } : { kind: 'stored', matter }
}

/** Reads the latest matters. */
export async function readMatters(limit: number): Promise<MatterPage> {
  return request(`/api/matters?limit=${limit}`, MatterPage)
}

/** The parameter by which requests name a matter. */
export type NamedIn = { readonly matter_id: string } | { readonly matter: string }

/** The present name of a matter. */
export function nameOf(shown: ShownMatter): string {
  return shown.kind === 'stored' ? shown.matter.name : shown.name
}

/** The matter's group in the state of a run. */
export function groupOf(shown: ShownMatter): string {
  return shown.kind === 'stored' ? shown.matter.group : shown.name
}
