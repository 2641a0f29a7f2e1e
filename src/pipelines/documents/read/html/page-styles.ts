import type { Attributes } from '../../../html/tags.ts'
import {
  isAround,
  isMatch,
  keysOf,
  type SelectedElement,
  type Selector,
  selectorOf,
} from './selector.ts'

type Property = 'display' | 'visibility' | 'font-size'
/** What a style does to an element. */
type Setting = 'hides' | 'shows'

type Declaration = {
  readonly property: Property
  readonly setting: Setting
  readonly important: boolean
}

type Rule = Declaration & {
  readonly selector: Selector
  /** True: the rule holds for some screens or for paper alone. */
  readonly conditional: boolean
}

/**
 * Real pages have some hundred such rules. The limits keep the time for a page of many rules linear. `around`: how many
 * elements of a page are looked at because they stand around others, and how many around one.
 */
const MOST = {
  read: 20_000,
  rules: 5_000,
  of_a_key: 20,
  selectors: 1_000,
  around: 2_000_000,
  near: 60,
}

/** What comes after each other rule: the attribute `style`, and what is marked as important. */
const WEIGHTS = { inline: 1e8, important: 1e9 }

/** Tells which elements a page hides: by the attribute `hidden`, by their own style, and by simple rules of the page. */
export class PageStyles {
  readonly #rules = new Map<string, Rule[]>()
  #count = 0
  #read = 0
  #around = 0

  /** Adds the text of a `<style>` element. */
  add(css: string, media: string): void {
    for (const rule of rulesOf(css, isConditional(media))) {
      if (++this.#read > MOST.read || this.#count >= MOST.rules) return
      const rules = this.#rules.get(rule.selector.compound.key) ?? []
      if (rules.length >= MOST.of_a_key) continue
      this.#count++
      rules.push(rule)
      this.#rules.set(rule.selector.compound.key, rules)
    }
  }

  /**
   * Says of an element what its styles set, and whether the setting hides it. `around`: the elements that it stands in,
   * the outermost one first.
   */
  settings(element: SelectedElement, around: readonly SelectedElement[]): ShownSettings {
    const near = around.slice(-MOST.near)
    const matching = keysOf(element)
      .flatMap((key) => this.#rules.get(key) ?? [])
      .filter(
        ({ selector }) => isMatch(selector.compound, element) && this.#isAround(selector, near),
      )
    const { attributes } = element
    const own = declarationsOf(attributes.get('style') ?? '')
    return {
      display: settingOf('display', matching, own) ?? givenBy(matching, attributes),
      visibility: settingOf('visibility', matching, own),
      'font-size': settingOf('font-size', matching, own),
    }
  }

  #isAround(selector: Selector, near: readonly SelectedElement[]): boolean {
    if (selector.around.length === 0) return true
    this.#around += selector.around.length * near.length
    return this.#around <= MOST.around && isAround(selector, near)
  }
}

export type ShownSettings = Readonly<Record<Property, Setting | undefined>>

function settingOf(
  property: Property,
  matching: readonly Rule[],
  own: readonly Declaration[],
): Setting | undefined {
  const winner = winnerOf(
    [
      ...matching
        .filter(({ conditional }) => !conditional)
        .map((rule) => ({ ...rule, weight: rule.selector.specificity })),
      ...own.map((one) => ({ ...one, weight: WEIGHTS.inline })),
    ].filter((one) => one.property === property),
  )
  return winner === 'hides' && isShownSomewhere(property, matching) ? 'shows' : winner
}

/** Text for paper alone, or for wide screens, can be seen by a person. */
function isShownSomewhere(property: Property, matching: readonly Rule[]): boolean {
  return matching.some(
    (rule) => rule.property === property && rule.conditional && rule.setting === 'shows',
  )
}

type Weighted = Declaration & { readonly weight: number }

function winnerOf(declarations: readonly Weighted[]): Setting | undefined {
  let winner: { readonly setting: Setting; readonly weight: number } | undefined
  for (const { setting, important, weight } of declarations) {
    const whole = weight + (important ? WEIGHTS.important : 0)
    if (!winner || whole >= winner.weight) winner = { setting, weight: whole }
  }
  return winner?.setting
}

/** A browser opens `hidden=until-found` when a person searches for its words. */
function givenBy(matching: readonly Rule[], attributes: Attributes): Setting | undefined {
  const hidden = attributes.get('hidden')
  if (hidden === undefined || hidden.toLowerCase() === 'until-found') return undefined
  return isShownSomewhere('display', matching) ? 'shows' : 'hides'
}

function isConditional(media: string): boolean {
  return !['', 'all'].includes(media.trim().toLowerCase())
}

type StyleBlock = { readonly selectors: readonly Selector[] } | { readonly conditional: boolean }

/** The rules of a style sheet that show or hide elements of simple selectors. */
function* rulesOf(css: string, conditional: boolean): Generator<Rule> {
  const open: StyleBlock[] = []
  let conditions = conditional ? 1 : 0
  const pieces = css.replaceAll(/\/\*[\s\S]*?(?:\*\/|$)|<!--|-->/g, ' ').split(/([{};])/)
  for (let at = 1; at < pieces.length; at += 2) {
    const [text = '', sign] = pieces.slice(at - 1, at + 1)
    const block = open.at(-1)
    if (sign === '{') {
      const begun = blockOf(text)
      open.push(begun)
      conditions += countOf(begun)
    } else if (block && 'selectors' in block)
      for (const declaration of declarationsOf(text))
        for (const selector of block.selectors)
          yield { ...declaration, selector, conditional: conditions > 0 }
    if (sign === '}') conditions -= countOf(open.pop())
  }
}

function countOf(block: StyleBlock | undefined): number {
  return block && 'conditional' in block && block.conditional ? 1 : 0
}

function blockOf(prelude: string): StyleBlock {
  const text = prelude.trim()
  if (!text.startsWith('@')) return { selectors: selectorsOf(text) }
  const media = /^@media\s([\s\S]*)/i.exec(text)?.[1]
  return {
    conditional: media === undefined ? !/^@(?:layer|scope)\b/i.test(text) : isConditional(media),
  }
}

function selectorsOf(selectors: string): readonly Selector[] {
  return selectors.split(',', MOST.selectors).flatMap((selector) => selectorOf(selector) ?? [])
}

/** Finds the declarations of a style that show or hide. */
function declarationsOf(style: string): Declaration[] {
  if (!/display|visibility|font-size/i.test(style)) return []
  return style.split(';').flatMap((one) => {
    const colon = one.indexOf(':')
    const property = one.slice(0, Math.max(0, colon)).trim().toLowerCase()
    const [value = '', mark] = one.slice(colon + 1).split('!')
    if (!isProperty(property)) return []
    if (property === 'font-size' && isPartOfSize(value.trim())) return []
    const setting = HIDES[property](value.trim()) ? 'hides' : 'shows'
    return [{ property, setting, important: /^\s*important/i.test(mark ?? '') }]
  })
}

function isProperty(name: string): name is Property {
  return name === 'display' || name === 'visibility' || name === 'font-size'
}

/** Whether a size is a part of the size around it: a part of nothing is nothing. */
function isPartOfSize(size: string): boolean {
  if (/^(?:inherit|smaller|larger)$/i.test(size)) return true
  return /^[\d.]+(?:em|%)$/i.test(size) && Number.parseFloat(size) > 0
}

const HIDES: Readonly<Record<Property, (value: string) => boolean>> = {
  display: (value) => /^none$/i.test(value),
  visibility: (value) => /^(?:hidden|collapse)$/i.test(value),
  'font-size': (value) => /^[\d.]+(?:[a-z]+|%)?$/i.test(value) && Number.parseFloat(value) === 0,
}
