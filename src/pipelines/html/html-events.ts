import { type Attributes, readTags } from './tags.ts'

/** Takes the tags and texts of an HTML fragment. Tag names are in lower case. */
export type HtmlSink = {
  text(text: string): void
  /** `href` is decoded; null for a tag that is no link, and for a link without one. */
  open(tag: string, href: string | null, attributes: Attributes): void
  close(tag: string): void
  /** Takes words that a drawing (SVG) or a formula (MathML) shows. */
  drawn?(text: string): void
  /** Takes an element of a formula where it begins and where it ends. `drawn` takes the words of the formula. */
  formula?(change: 'begin' | 'end', tag: string): void
}

/** Elements that begin a line of their own. */
export const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote br caption center dd details dialog dir div dl dt fieldset figcaption
  figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p pre search
  section summary table tbody td tfoot th thead tr ul`.split(/\s+/),
)

/** Elements whose content is not text. */
const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'title', 'iframe'])
/** Elements of another language. They may close themselves, and their content is not text either. */
const FOREIGN = new Set(['svg', 'math'])

/** The elements whose words a drawing or a formula shows. */
const LABELS: ReadonlyMap<string, RegExp> = new Map([
  ['svg', /^text$/],
  ['math', /^m(?:i|n|o|s|text)$/],
])

/**
 * Reads a fragment once for all of its sinks, and leaves out elements whose content is not text. A tag that
 * is cut off at the end of the fragment does not count.
 */
export function readHtml(html: string, sinks: readonly HtmlSink[]): void {
  const parts = new SeenParts()
  const tellFormula = (change: 'begin' | 'end', tag: string) => {
    if (parts.isFormula) for (const sink of sinks) sink.formula?.(change, tag)
  }
  readTags(html, {
    open(tag, attributes, { selfClosing }) {
      const isSeen = parts.enter(tag, selfClosing)
      tellFormula('begin', tag)
      if (selfClosing) tellFormula('end', tag)
      if (!isSeen) return
      const href = tag === 'a' ? (attributes.get('href') ?? null) : null
      for (const sink of sinks) sink.open(tag, href, attributes)
    },
    text(text) {
      if (parts.isSeen) for (const sink of sinks) sink.text(text)
      else if (parts.isLabel) for (const sink of sinks) sink.drawn?.(text)
    },
    close(tag) {
      tellFormula('end', tag)
      if (parts.isSeen) for (const sink of sinks) sink.close(tag)
      else if (parts.leave(tag) === 'label') for (const sink of sinks) sink.drawn?.(' ')
    },
  })
}

/** Tells which parts of a fragment are text, and which are words of a drawing or a formula. */
class SeenParts {
  #unseen: string | undefined
  #label: string | undefined

  get isSeen(): boolean {
    return this.#unseen === undefined
  }

  get isFormula(): boolean {
    return this.#unseen === 'math'
  }

  get isLabel(): boolean {
    return this.#label !== undefined
  }

  /** Enters an element. Returns whether the element is a part of the page, as a picture within a drawing is. */
  enter(tag: string, selfClosing: boolean): boolean {
    // HTML ignores the slash of a self-closing tag, except in a foreign element, which is then empty.
    if (selfClosing && FOREIGN.has(tag)) return false
    if (UNSEEN.has(tag) || FOREIGN.has(tag)) this.#unseen ??= tag
    if (this.#unseen === undefined) return true
    if (LABELS.get(this.#unseen)?.test(tag) === true) this.#label ??= tag
    return this.#unseen === 'svg' && tag === 'image'
  }

  /** Leaves an element that is not text. Answers `label` at the end of words of a drawing. */
  leave(tag: string): 'label' | undefined {
    if (this.#label === tag) {
      this.#label = undefined
      return this.#unseen === 'svg' ? 'label' : undefined
    }
    if (this.#unseen !== tag) return undefined
    this.#unseen = undefined
    this.#label = undefined
    return undefined
  }
}
