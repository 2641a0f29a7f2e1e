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

/** A selector of an element among the elements around it: `.a > p b`. */
export type Selector = {
  /** What the element itself must be. */
  readonly compound: Compound
  /** What the elements around it must be, the nearest one first. `direct`: without another element between. */
  readonly around: readonly { readonly compound: Compound; readonly direct: boolean }[]
  readonly specificity: number
}

/** Real selectors have some five parts. */
const PARTS_MAX = 8

/** Reads a selector. Returns undefined for one with parts that are not simple, or with siblings. */
export function selectorOf(text: string): Selector | undefined {
  const pieces = text.trim().split(/([\s>]+)/, 2 * PARTS_MAX + 1)
  const compounds = pieces.filter((_, at) => at % 2 === 0).map(compoundOf)
  const own = compounds.at(-1)
  if (!own || pieces.length > 2 * PARTS_MAX) return undefined
  const around: Selector['around'][number][] = []
  for (let at = compounds.length - 2; at >= 0; at--) {
    const compound = compounds[at]
    if (!compound) return undefined
    around.push({ compound, direct: pieces[2 * at + 1]?.includes('>') === true })
  }
  const parts = [own, ...around.map(({ compound }) => compound)]
  return {
    compound: own,
    around,
    specificity: parts.reduce((sum, one) => sum + one.specificity, 0),
  }
}

/** A tag, class or id with its name, any tag, or an attribute. */
const PART = /([.#]?)((?:[\w-]|\P{ASCII}|\\.)+)|\*|\[([^\]]*)\]/uy

type SelectorPart =
  | { readonly kind: 'tag'; readonly name: string | undefined }
  | { readonly kind: 'class' | 'id'; readonly name: string }
  | { readonly kind: 'attribute'; readonly attribute: SelectedAttribute }

type SelectedAttribute = readonly [name: string, value: string | undefined]

/** Reads a selector of one element. Returns undefined for one that is not simple. */
function compoundOf(selector: string): Compound | undefined {
  const parts = partsOf(selector)
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

/** Whether the elements around an element, the outermost one first, are those that a selector asks for. */
export function isAround({ around }: Selector, elements: readonly SelectedElement[]): boolean {
  // The places of the elements that the parts so far may stand for.
  let places = [elements.length]
  for (const { compound, direct } of around) {
    const last = Math.max(...places)
    const before = direct ? places.map((at) => at - 1) : Array.from({ length: last }, (_, at) => at)
    places = before.filter((at) => elements[at] !== undefined && isMatch(compound, elements[at]))
    if (places.length === 0) return false
  }
  return true
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
