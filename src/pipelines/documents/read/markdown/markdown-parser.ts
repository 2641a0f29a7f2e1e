import MarkdownIt, {
  type Env,
  type MarkdownIt as Parser,
  type StateBlock,
  type StateInline,
  type Token,
} from 'markdown-it'
import footnotes from 'markdown-it-footnote'

const REFERENCE = /\[\^([^\s[\]]{1,200})\]/y

/**
 * HTML that CommonMark reads up to a closing mark. If the mark is missing, CommonMark reads the rest of the file as
 * HTML, and the document's text would lack that rest.
 */
const CLOSED_BY: readonly (readonly [opening: RegExp, closing: string])[] = [
  [/<!--/y, '-->'],
  [/<\?/y, '?>'],
  [/<!\[CDATA\[/y, ']]>'],
  [/<![a-z]/iy, '>'],
  [/<script(?=[\s>])/iy, '</script>'],
  [/<style(?=[\s>])/iy, '</style>'],
  [/<pre(?=[\s>])/iy, '</pre>'],
  [/<textarea(?=[\s>])/iy, '</textarea>'],
]

/** Parses CommonMark with the tables, strikethrough and footnotes of GitHub. */
export class MarkdownParser {
  readonly #parser = createParser()
  readonly #references: NonNullable<Env['references']> = {}

  /** Tells the parser that the text defines a link or a picture with this name, here or further on. */
  define(name: string, href = ''): void {
    this.#references[this.#parser.utils.normalizeReference(name)] = { href, title: '' }
  }

  /** Parses a part of the text into blocks. `inline` parses the text within blocks later. */
  blocks(source: string): Token[] {
    const tokens: Token[] = []
    this.#parser.block.parse(source, this.#parser, { references: this.#references }, tokens)
    return tokens
  }

  /** Parses the words, code spans, breaks and so on of a paragraph, a heading or a table's cell. */
  inline(content: string): Token[] {
    const tokens: Token[] = []
    this.#parser.inline.parse(content, this.#parser, { references: this.#references }, tokens)
    return tokens
  }
}

function createParser(): Parser {
  const parser = new MarkdownIt({ html: true }).use(footnotes)
  parser.inline.ruler.at('footnote_ref', footnoteReference)
  // GitHub's Markdown has no ^[note within a sentence].
  parser.inline.ruler.disable('footnote_inline')
  const interrupts = ['paragraph', 'reference', 'blockquote']
  parser.block.ruler.before('html_block', 'unclosed_html', unclosedHtml, { alt: interrupts })
  return parser
}

/** Reads `[^1]` as the text `[1]`, whether or not the text has a footnote of this name. */
function footnoteReference(state: StateInline, silent: boolean): boolean {
  REFERENCE.lastIndex = state.pos
  const name = REFERENCE.exec(state.src)?.[1]
  if (name === undefined || REFERENCE.lastIndex > state.posMax) return false
  if (!silent) state.push('text', '', 0).content = `[${name}]`
  state.pos = REFERENCE.lastIndex
  return true
}

type BlockRule = [state: StateBlock, line: number, endLine: number, silent: boolean]

/** Reads a line that opens HTML as a paragraph, if nothing in the text closes that HTML. */
function unclosedHtml(...[state, line, , silent]: BlockRule): boolean {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
  const closing = closingOf(state.src, start)
  if (closing === undefined || lastPlace(state, closing) >= start) return false
  if (silent) return true
  state.line = line + 1
  state.push('paragraph_open', 'p', 1).map = [line, line + 1]
  const inline = state.push('inline', '', 0)
  inline.content = state.src.slice(start, state.eMarks[line])
  inline.children = []
  state.push('paragraph_close', 'p', -1)
  return true
}

function closingOf(source: string, start: number): string | undefined {
  if (source[start] !== '<') return undefined
  for (const [opening, closing] of CLOSED_BY) {
    opening.lastIndex = start
    if (opening.test(source)) return closing
  }
  return undefined
}

const lastPlaces = new WeakMap<object, Map<string, number>>()

/** Returns the last position of a closing mark. Searches each text once, as a text may open HTML on each line. */
function lastPlace(state: StateBlock, closing: string): number {
  const known = lastPlaces.get(state.env) ?? new Map<string, number>()
  lastPlaces.set(state.env, known)
  const place = known.get(closing) ?? state.src.toLowerCase().lastIndexOf(closing.toLowerCase())
  known.set(closing, place)
  return place
}
