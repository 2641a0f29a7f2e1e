import type { Token } from 'markdown-it'

import { readHtml } from '../../../html/html-events.ts'
import { writeLines } from '../../ocr/recognised-lines.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { HtmlText } from '../html/html-text.ts'
import { type NestedList, NestedLists } from '../lists/nested-lists.ts'
import type { MarkdownPictures } from '../pictures/markdown-pictures.ts'
import type { MarkdownParser } from './markdown-parser.ts'

/** A longer paragraph is not prose. Its lines stay as they are, with all marks. */
const MAX_PARAGRAPH = 50_000

/** A hard break at the end of a paragraph. CommonMark shows its backslash, which the writer did not mean to show. */
const LAST_BREAK = /(?<!\\)((?:\\\\)*)\\$/

/** Blocks with a blank line around them. The parser marks the paragraphs of a list without blank lines as hidden. */
const APART = new Set([
  'paragraph_open',
  'paragraph_close',
  'blockquote_open',
  'blockquote_close',
  'table_open',
  'hr',
])

/** Writes the blocks of Markdown as a reader sees them: words without marks, but with a list's numbers. */
export class MarkdownText {
  readonly #builder: TextBuilder
  readonly #parser: MarkdownParser
  readonly #pictures: MarkdownPictures
  /** The bullets, numbers and names of notes that the next words begin with. */
  #markers = ''
  readonly #lists = new NestedLists()

  constructor(builder: TextBuilder, parser: MarkdownParser, pictures: MarkdownPictures) {
    this.#pictures = pictures
    this.#builder = builder
    this.#parser = parser
  }

  block(token: Token): void {
    switch (token.type) {
      case 'inline':
        return this.#words(token.content)
      case 'code_block':
      case 'fence':
        return this.#lines(token.content)
      case 'html_block':
        return this.#html(token.content)
      case 'footnote_reference_open':
        this.#markers += `[${String(token.meta?.['label'])}] `
        return
      case 'footnote_reference_close':
        this.#markers = ''
        return
      default:
        if (!this.#list(token)) this.#layout(token)
    }
  }

  /** Takes the begin or the end of a list or of an item. Returns false for another token. */
  #list(token: Token): boolean {
    if (token.type === 'ordered_list_open') this.#lists.begin(orderedList(token))
    else if (token.type === 'bullet_list_open') this.#lists.begin(BULLETS)
    else if (/^(?:ordered|bullet)_list_close$/.test(token.type)) this.#lists.end()
    else if (token.type === 'list_item_open')
      this.#markers += `${this.#lists.item() || token.markup} `
    else if (token.type === 'list_item_close') this.#endItem()
    else return false
    return true
  }

  /** Shows the bare number of an item without words. */
  #endItem(): void {
    if (/\d/.test(this.#markers)) {
      this.#builder.break('line')
      this.#marker()
      this.#builder.break('line')
    }
    this.#markers = ''
  }

  /** Tells the builder where blocks begin and end. */
  #layout({ type, tag, hidden }: Token): void {
    if (type === 'heading_open') this.#builder.heading(Number(tag.slice(1)))
    else if (type === 'heading_close') this.#builder.endHeading()
    else if (type === 'tr_open') this.#builder.row()
    else if (type === 'th_open' || type === 'td_open') this.#builder.cell()
    else if (type === 'table_close') this.#builder.endTable()
    else if (APART.has(type)) this.#builder.break(hidden ? 'line' : 'paragraph')
  }

  #words(content: string): void {
    if (content.length > MAX_PARAGRAPH) return this.#lines(content)
    this.#marker()
    const words = content.replace(LAST_BREAK, '$1')
    for (const token of this.#parser.inline(words)) this.#inline(token)
  }

  #inline({ type, content, children, attrs }: Token): void {
    switch (type) {
      case 'softbreak':
      case 'hardbreak':
        return this.#builder.break('line')
      case 'html_inline':
        if (/^<br[\s/>]/i.test(content)) this.#builder.break('line')
        return this.#picture(content)
      case 'image':
        for (const token of children ?? []) this.#inline(token)
        return this.#picture(String(attrs?.find(([name]) => name === 'src')?.[1]))
      default:
        return this.#builder.text(content)
    }
  }

  /** Writes the lines of the recognised pictures whose addresses stand in a text. */
  #picture(text: string): void {
    for (const lines of this.#pictures.take(text)) writeLines(this.#builder, lines)
  }

  #lines(content: string): void {
    const marked = this.#markers + content
    this.#markers = ''
    this.#builder.break('paragraph')
    for (const line of marked.split('\n')) {
      if (line.trim() === '') this.#builder.break('paragraph')
      else this.#builder.line(line)
    }
    this.#builder.break('paragraph')
  }

  #html(content: string): void {
    this.#builder.break('paragraph')
    this.#marker()
    readHtml(content, [new HtmlText({ html: content, whole: true }, this.#builder)])
    this.#picture(content)
    this.#builder.break('paragraph')
  }

  #marker(): void {
    if (this.#markers !== '') this.#builder.text(this.#markers)
    this.#markers = ''
  }
}

const BULLETS: NestedList = { start: 1, format: 'none', after: '' }

/** The list that a token begins. Its first number counts; the numbers of further items do not. */
function orderedList({ attrs, markup }: Token): NestedList {
  const start = Number(attrs?.find(([name]) => name === 'start')?.[1] ?? 1)
  return { start, format: 'decimal', after: markup }
}
