import type { DocumentView } from '../../protocol/document.ts'
import type { MatterView } from '../../protocol/matter.ts'

/**
 * Shows a matter to the holder of its watch token. The group is the first name of the matter, which its owner may have
 * changed before sharing it.
 */
export function matterForGuest(matter: MatterView): MatterView {
  return { ...matter, group: matter.name }
}

/** Shows a document without the first name of its matter. */
export function documentForGuest({ group: _group, ...document }: DocumentView): DocumentView {
  return document
}
