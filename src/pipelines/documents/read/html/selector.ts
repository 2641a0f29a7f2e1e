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

/** A tag, class or id with its name, any tag, or an attribute. */
const PART = /([.#]?)((?:[\w-]|\P{ASCII}|\\.)+)|\*|\[([^\]]*)\]/uy

type SelectorPart =
  | { readonly kind: 'tag'; readonly name: string | undefined }
  | { readonly kind: 'class' | 'id'; readonly name: string }
  | { readonly kind: 'attribute'; readonly attribute: SelectedAttribute }

type SelectedAttribute = readonly [name: string, value: string | undefined]

/** Reads a selector. Returns undefined for one that is not simple. */
export function compoundOf(selector: string): Compound | undefined {
  const parts = partsOf(selector.trim())
  if (!parts || parts.length === 0 || parts.slice(1).some(({ kind }) => kind === 'tag'))
    return undefined
  const namesOf = (wanted: SelectorPart['kind']) =>
    parts.flatMap((part) => (part.kind === wanted && 'name' in part ? (part.name ?? []) : []))
  const [tag] = namesOf('tag')
  const [id] = namesOf('id')
  const classes = namesOf('class')
  const attributes = parts.flatMap((part) => (part.kind === 'attribute' ? [part.attribute] : []))
  const specificity =
    (id === undefined ? 0 : 10_000) +
    (classes.length + attributes.length) * 100 +
    (tag === undefined ? 0 : 1)
  return { tag, id, key: keyOf({ tag, id }, classes), classes, attributes, specificity }
}

function partsOf(text: string): readonly SelectorPart[] | undefined {
  const parts: SelectorPart[] = []
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    PART.lastIndex = at
    const found = PART.exec(text)
    const part = found ? partOf(found) : undefined
    if (!part) return undefined
    parts.push(part)
  }
  return parts
}

function partOf([whole, sign, name = '', inner]: RegExpExecArray): SelectorPart | undefined {
  if (inner !== undefined) {
    const attribute = attributeOf(inner)
    return attribute && { kind: 'attribute', attribute }
  }
  if (whole === '*') return { kind: 'tag', name: undefined }
  if (sign === '') return { kind: 'tag', name: name.toLowerCase() }
  return { kind: sign === '#' ? 'id' : 'class', name: plain(name) }
}

/** Reads `name` or `name=value`. Undefined for another comparison. */
function attributeOf(text: string): SelectedAttribute | undefined {
  const [name = '', ...value] = text.split('=')
  if (!/^[\w-]+$/.test(name.trim())) return undefined
  const given = value.length === 0 ? undefined : value.join('=').trim()
  return [name.trim().toLowerCase(), given?.replaceAll(/^["']|["']$/g, '')]
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

/** What selectors ask of an element. */
export type SelectedElement = {
  readonly tag: string
  readonly id: string | undefined
  readonly classes: ReadonlySet<string>
  readonly attributes: Attributes
}

/** Real elements have some ten classes. */
const CLASSES_MAX = 50

export function elementOf(tag: string, attributes: Attributes): SelectedElement {
  const names = attributes.get('class')?.trim().split(/\s+/, CLASSES_MAX)
  return { tag, id: attributes.get('id')?.trim(), classes: new Set(names), attributes }
}

/** The keys of the selectors that may match an element. */
export function keysOf({ tag, id, classes }: SelectedElement): string[] {
  const own = [...classes].map((name) => `.${name}`)
  return ['*', tag, ...own, ...(id === undefined ? [] : [`#${id}`])]
}

export function isMatch(compound: Compound, element: SelectedElement): boolean {
  if (compound.tag !== undefined && compound.tag !== element.tag) return false
  if (compound.id !== undefined && compound.id !== element.id) return false
  return (
    compound.classes.every((name) => element.classes.has(name)) &&
    compound.attributes.every(([name, value]) =>
      value === undefined ? element.attributes.has(name) : element.attributes.get(name) === value,
    )
  )
}
