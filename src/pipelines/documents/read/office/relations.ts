import type { ZipPackage } from '../zip/zip-package.ts'

/** A part that another one names. `type` is the last segment of the relation's type. */
export type Relation = { readonly id: string; readonly type: string; readonly path: string }

/** Reads the relations of a part of an Office document. The relations of the package itself are those of ''. */
export function relationsOf(parts: ZipPackage, path: string): readonly Relation[] {
  const cut = path.lastIndexOf('/') + 1
  const folder = path.slice(0, cut)
  const found: Relation[] = []
  parts.read(`${folder}_rels/${path.slice(cut)}.rels`, {
    open: (name, attribute) => {
      const target = attribute('Target')
      const type = attribute('Type')?.split('/').at(-1)
      if (name !== 'Relationship' || target === undefined || type === undefined) return
      if (attribute('TargetMode') === 'External') return
      found.push({ id: attribute('Id') ?? '', type, path: pathOf(target, folder) })
    },
  })
  return found
}

export function pathOfType(among: readonly Relation[], type: string): string | undefined {
  return among.findLast((relation) => relation.type === type)?.path
}

/** Resolves the address of a part from the folder of the part that names it. */
export function pathOf(target: string, folder: string): string {
  const url = URL.parse(target.replaceAll('\\', '/'), `zip://zip/${folder}`)
  try {
    return decodeURIComponent(url?.pathname.slice(1) ?? target)
  } catch {
    return target
  }
}
