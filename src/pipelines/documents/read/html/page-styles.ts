import type { Attributes } from '../../../html/tags.ts'
import { compoundOf, type Compound, isMatch, keysOf } from './selector.ts'

type Property = 'display' | 'visibility'
/** What the winning rule for a property says. */
type Setting = 'hides' | 'shows'

type Declaration = {
  readonly property: Property
  readonly setting: Setting
  readonly important: boolean
}

type Rule = Declaration & {
  readonly compound: Compound
  /** Whether the rule is for some screens or for paper alone. */
  readonly conditional: boolean
}

/** Real pages have some hundred such rules. The limits keep the time for a page of many rules linear. */
const MOST = { rules: 5_000, of_a_key: 100 }

/** What comes after each other rule: the attribute `style`, and what is marked as important. */
const WEIGHTS = { inline: 1e8, important: 1e9 }

/** Tells which elements a page hides: by the attribute `hidden`, by their own style, and by simple rules of the page. */
export class PageStyles {
  readonly #rules = new Map<string, Rule[]>()
  #count = 0

  /** Adds the text of a `<style>` element. */
  add(css: string, media: string): void {
    for (const rule of rulesOf(css, isConditional(media))) {
      const rules = this.#rules.get(rule.compound.key) ?? []
      if (this.#count >= MOST.rules || rules.length >= MOST.of_a_key) continue
      this.#count++
      rules.push(rule)
      this.#rules.set(rule.compound.key, rules)
    }
  }

  /** Says of an element whether its `display` or its `visibility` is set, and whether the setting hides it. */
  setting(property: Property, tag: string, attributes: Attributes): Setting | undefined {
    const matching = keysOf(tag, attributes)
      .flatMap((key) => this.#rules.get(key) ?? [])
      .filter((rule) => rule.property === property && isMatch(rule.compound, tag, attributes))
    const own = declarationsOf(attributes.get('style') ?? '').map((one) => ({
      ...one,
      weight: WEIGHTS.inline,
    }))
    const settings = matching
      .filter(({ conditional }) => !conditional)
      .map((rule) => ({ ...rule, weight: rule.compound.specificity }))
    const winner = winnerOf([...settings, ...own].filter((one) => one.property === property))
    const setting = winner ?? (property === 'display' ? givenBy(attributes) : undefined)
    // Text for paper alone, or for wide screens, can be seen by a person.
    const isShown = matching.some((rule) => rule.conditional && rule.setting === 'shows')
    return setting === 'hides' && isShown ? 'shows' : setting
  }
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
function givenBy(attributes: Attributes): Setting | undefined {
  const hidden = attributes.get('hidden')
  return hidden === undefined || hidden.toLowerCase() === 'until-found' ? undefined : 'hides'
}

function isConditional(media: string): boolean {
  return !/^\s*(?:all)?\s*$/i.test(media)
}

/** The rules of a style sheet that show or hide elements of simple selectors. */
function rulesOf(css: string, conditional: boolean): Rule[] {
  const rules: Rule[] = []
  const open: ({ readonly selectors: string } | { readonly conditional: boolean })[] = []
  const pieces = css
    .replaceAll(/\/\*[\s\S]*?(?:\*\/|$)|<!--|-->/g, ' ')
    .matchAll(/([^{};]*)([{};])/g)
  for (const [, text = '', sign] of pieces) {
    const block = open.at(-1)
    if (sign === '{') open.push(blockOf(text))
    else if (block && 'selectors' in block) {
      const isIf = conditional || open.some((one) => 'conditional' in one && one.conditional)
      for (const declaration of declarationsOf(text))
        for (const selector of block.selectors.split(',')) {
          const compound = compoundOf(selector)
          if (compound) rules.push({ ...declaration, compound, conditional: isIf })
        }
    }
    if (sign === '}') open.pop()
  }
  return rules
}

function blockOf(prelude: string): { selectors: string } | { conditional: boolean } {
  const text = prelude.trim()
  if (!text.startsWith('@')) return { selectors: text }
  const media = /^@media\s([\s\S]*)/i.exec(text)?.[1]
  return {
    conditional: media === undefined ? !/^@(?:layer|scope)\b/i.test(text) : isConditional(media),
  }
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
