import type { Attributes } from '../../../html/tags.ts'
import { compoundOf, type Compound, elementOf, isMatch, keysOf } from './selector.ts'

type Property = 'display' | 'visibility'
/** What a style does to an element. */
type Setting = 'hides' | 'shows'

type Declaration = {
  readonly property: Property
  readonly setting: Setting
  readonly important: boolean
}

type Rule = Declaration & {
  readonly compound: Compound
  /** True: the rule holds for some screens or for paper alone. */
  readonly conditional: boolean
}

/** Real pages have some hundred such rules. The limits keep the time for a page of many rules linear. */
const MOST = { read: 20_000, rules: 5_000, of_a_key: 20, selectors: 1_000 }

/** What comes after each other rule: the attribute `style`, and what is marked as important. */
const WEIGHTS = { inline: 1e8, important: 1e9 }

/** Tells which elements a page hides: by the attribute `hidden`, by their own style, and by simple rules of the page. */
export class PageStyles {
  readonly #rules = new Map<string, Rule[]>()
  #count = 0
  #read = 0

  /** Adds the text of a `<style>` element. */
  add(css: string, media: string): void {
    for (const rule of rulesOf(css, isConditional(media))) {
      if (++this.#read > MOST.read || this.#count >= MOST.rules) return
      const rules = this.#rules.get(rule.compound.key) ?? []
      if (rules.length >= MOST.of_a_key) continue
      this.#count++
      rules.push(rule)
      this.#rules.set(rule.compound.key, rules)
    }
  }

  /** Says of an element whether its `display` and its `visibility` are set, and whether the setting hides it. */
  settings(tag: string, attributes: Attributes): ShownSettings {
    const element = elementOf(tag, attributes)
    const matching = keysOf(element)
      .flatMap((key) => this.#rules.get(key) ?? [])
      .filter(({ compound }) => isMatch(compound, element))
    const own = declarationsOf(attributes.get('style') ?? '')
    return {
      display: settingOf('display', matching, own) ?? givenBy(matching, attributes),
      visibility: settingOf('visibility', matching, own),
    }
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
        .map((rule) => ({ ...rule, weight: rule.compound.specificity })),
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

type StyleBlock = { readonly compounds: readonly Compound[] } | { readonly conditional: boolean }

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
    } else if (block && 'compounds' in block)
      for (const declaration of declarationsOf(text))
        for (const compound of block.compounds)
          yield { ...declaration, compound, conditional: conditions > 0 }
    if (sign === '}') conditions -= countOf(open.pop())
  }
}

function countOf(block: StyleBlock | undefined): number {
  return block && 'conditional' in block && block.conditional ? 1 : 0
}

function blockOf(prelude: string): StyleBlock {
  const text = prelude.trim()
  if (!text.startsWith('@')) return { compounds: compoundsOf(text) }
  const media = /^@media\s([\s\S]*)/i.exec(text)?.[1]
  return {
    conditional: media === undefined ? !/^@(?:layer|scope)\b/i.test(text) : isConditional(media),
  }
}

function compoundsOf(selectors: string): readonly Compound[] {
  return selectors.split(',', MOST.selectors).flatMap((selector) => compoundOf(selector) ?? [])
}

/** Finds the declarations of a style that show or hide. */
function declarationsOf(style: string): Declaration[] {
  if (!/display|visibility/i.test(style)) return []
  return style.split(';').flatMap((one) => {
    const colon = one.indexOf(':')
    const property = one.slice(0, Math.max(0, colon)).trim().toLowerCase()
    const [value = '', mark] = one.slice(colon + 1).split('!')
    if (property !== 'display' && property !== 'visibility') return []
    const setting = HIDING[property].test(value.trim()) ? 'hides' : 'shows'
    return [{ property, setting, important: /^\s*important/i.test(mark ?? '') }]
  })
}

const HIDING: Readonly<Record<Property, RegExp>> = {
  display: /^none$/i,
  visibility: /^(?:hidden|collapse)$/i,
}
