import type { Attributes } from '../../../html/tags.ts'
import {
  type Declaration,
  declarationsOf,
  type Property,
  type Setting,
  type ShownSettings,
} from './declarations.ts'
import {
  isAround,
  isMatch,
  keysOf,
  type SelectedElement,
  type Selector,
  selectorOf,
} from './selector.ts'

type Rule = {
  readonly declarations: readonly Declaration[]
  readonly selector: Selector
  /** True: the rule holds for some screens or for paper alone. */
  readonly conditional: boolean
}

/**
 * Real pages have some hundred such rules. The limits keep the time for a page of many rules linear. `around`: how many
 * elements of a page are looked at because they stand around others, and how many around one.
 */
const MOST = {
  chars: 5_000_000,
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
  #chars = 0
  #read = 0
  #around = 0

  /** Adds the text of a `<style>` element. */
  add(css: string, media: string): void {
    this.#chars += css.length
    if (this.#chars > MOST.chars) return
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
    const settings = settingsOf(matching, declarationsOf(attributes.get('style') ?? ''))
    return { ...settings, display: settings.display ?? givenBy(matching, attributes) }
  }

  #isAround(selector: Selector, near: readonly SelectedElement[]): boolean {
    if (selector.around.length === 0) return true
    this.#around += selector.around.length * near.length
    return this.#around <= MOST.around && isAround(selector, near)
  }
}

function settingsOf(matching: readonly Rule[], own: readonly Declaration[]): ShownSettings {
  const winners = new Map<Property, { readonly setting: Setting; readonly weight: number }>()
  const add = (declarations: readonly Declaration[], weight: number) => {
    for (const { property, setting, important } of declarations) {
      const whole = weight + (important ? WEIGHTS.important : 0)
      if (whole >= (winners.get(property)?.weight ?? 0))
        winners.set(property, { setting, weight: whole })
    }
  }
  for (const { conditional, declarations, selector } of matching)
    if (!conditional) add(declarations, selector.specificity)
  add(own, WEIGHTS.inline)
  const settings: Partial<Record<Property, Setting>> = {}
  for (const [property, { setting }] of winners)
    settings[property] =
      setting === 'hides' && isShownSomewhere(property, matching) ? 'shows' : setting
  return settings
}

/** Text for paper alone, or for wide screens, can be seen by a person. */
function isShownSomewhere(property: Property, matching: readonly Rule[]): boolean {
  return matching.some(
    (rule) =>
      rule.conditional &&
      rule.declarations.some((one) => one.property === property && one.setting === 'shows'),
  )
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

type StyleBlock =
  | { readonly selectors: readonly Selector[]; style: string }
  | { readonly conditional: boolean }

/** The rules of a style sheet that show or hide elements of simple selectors. */
function* rulesOf(css: string, conditional: boolean): Generator<Rule> {
  const open: StyleBlock[] = []
  let conditions = conditional ? 1 : 0
  const pieces = css.replaceAll(/\/\*[\s\S]*?(?:\*\/|$)|<!--|-->/g, ' ').split(/([{};])/)
  for (let at = 1; at <= pieces.length; at += 2) {
    const [text = '', sign] = pieces.slice(at - 1, at + 1)
    if (sign === '{') {
      const begun = blockOf(text)
      open.push(begun)
      conditions += countOf(begun)
      continue
    }
    const block = open.at(-1)
    if (block && 'selectors' in block) block.style += `${text};`
    if (sign !== '}') continue
    const ended = open.pop()
    yield* rulesOfBlock(ended, conditions > 0)
    conditions -= countOf(ended)
  }
  // A browser ends the blocks that a sheet leaves open.
  for (const block of open.toReversed()) yield* rulesOfBlock(block, conditions > 0)
}

function* rulesOfBlock(block: StyleBlock | undefined, conditional: boolean): Generator<Rule> {
  if (!block || !('selectors' in block) || block.style === '') return
  const declarations = declarationsOf(block.style)
  if (declarations.length === 0) return
  for (const selector of block.selectors) yield { declarations, selector, conditional }
}

function countOf(block: StyleBlock | undefined): number {
  return block && 'conditional' in block && block.conditional ? 1 : 0
}

function blockOf(prelude: string): StyleBlock {
  const text = prelude.trim()
  if (!text.startsWith('@')) return { selectors: selectorsOf(text), style: '' }
  const media = /^@media\s([\s\S]*)/i.exec(text)?.[1]
  return {
    conditional: media === undefined ? !/^@(?:layer|scope)\b/i.test(text) : isConditional(media),
  }
}

function selectorsOf(selectors: string): readonly Selector[] {
  return selectors.split(',', MOST.selectors).flatMap((selector) => selectorOf(selector) ?? [])
}
