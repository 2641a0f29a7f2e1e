import type { Attributes } from '../../../html/tags.ts'

/** A selector of one element: its tag, id, classes and attributes, without its place among others. */
export type Compound = {
  /** The part by which an element finds the selector. */
  readonly key: string
  readonly tag: string | undefined
  readonly id: string | undefined
  readonly classes: readonly string[]
  readonly attributes: readonly (readonly [name: string, value: string | undefined])[]
  readonly specificity: number
}

const NAME = String.raw`((?:[\w-]|[^\x00-\x7f]|\\.)+)`
const PART = new RegExp(
  String.raw`(?:${NAME}|(\*)|\.${NAME}|#${NAME}|\[\s*([\w-]+)\s*(?:=\s*["']?([^\]"']*)["']?\s*)?\])`,
  'y',
)

/** Reads a selector. Returns undefined for one that is not simple. */
export function compoundOf(selector: string): Compound | undefined {
  const text = selector.trim()
  const found = { tag: undefined as string | undefined, id: undefined as string | undefined }
  const classes: string[] = []
  const attributes: [string, string | undefined][] = []
  PART.lastIndex = 0
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    const part = PART.exec(text)
    if (part === null || (part[1] !== undefined && at > 0)) return undefined
    if (part[1] !== undefined) found.tag = part[1].toLowerCase()
    else if (part[3] !== undefined) classes.push(plain(part[3]))
    else if (part[4] !== undefined) found.id = plain(part[4])
    else if (part[5] !== undefined) attributes.push([part[5].toLowerCase(), part[6]])
  }
  if (text === '') return undefined
  const specificity =
    (found.id === undefined ? 0 : 10_000) +
    (classes.length + attributes.length) * 100 +
    (found.tag === undefined ? 0 : 1)
  return { ...found, key: keyOf(found, classes), classes, attributes, specificity }
}

/** Removes the marks that CSS needs before some characters: `sm\:hidden`. */
function plain(name: string): string {
  return name.replaceAll(/\\(.)/g, '$1')
}

function keyOf(
  { tag, id }: { readonly tag: string | undefined; readonly id: string | undefined },
  [first]: readonly string[],
): string {
  if (id !== undefined) return `#${id}`
  return first === undefined ? (tag ?? '*') : `.${first}`
}

/** The keys of the selectors that may match an element. */
export function keysOf(tag: string, attributes: Attributes): string[] {
  const id = attributes.get('id')
  const classes = classesOf(attributes).map((name) => `.${name}`)
  return ['*', tag, ...classes, ...(id === undefined ? [] : [`#${id.trim()}`])]
}

export function isMatch(compound: Compound, tag: string, attributes: Attributes): boolean {
  if (compound.tag !== undefined && compound.tag !== tag) return false
  if (compound.id !== undefined && compound.id !== attributes.get('id')?.trim()) return false
  const classes = classesOf(attributes)
  return (
    compound.classes.every((name) => classes.includes(name)) &&
    compound.attributes.every(([name, value]) =>
      value === undefined ? attributes.has(name) : attributes.get(name) === value,
    )
  )
}

function classesOf(attributes: Attributes): string[] {
  const names = attributes.get('class')
  return names === undefined ? [] : [...new Set(names.trim().split(/\s+/).slice(0, 50))]
}
