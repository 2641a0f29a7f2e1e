import type { Extracted } from '../../text/extracted.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { decodeText } from '../decode-text.ts'
import { LINE_END } from './extract-text.ts'
import { frontMatter } from './front-matter.ts'
import { plainMarkdown } from './markdown-line.ts'

const HEADING = /^ {0,3}(#{1,6})[ \t](.*)$/
const CLOSING = /(?:^|[ \t])#+$/
const FENCE = /^ {0,3}(`{3,}|~{3,})/
const UNDERLINE = /^ {0,3}(?:(=+)|-{2,})[ \t]*$/
/** What is not a paragraph, and so is made no heading by a line under it. */
const NO_PARAGRAPH = /^(?:\s*$| {0,3}(?:[>#|]|[-*+][ \t]|\d+[.)][ \t])| {4}|\t)/

/** The text of a Markdown file without most of its markup; its headings and its line breaks stay. */
export function extractMarkdown(bytes: Uint8Array): Extracted {
  const { title, body } = frontMatter(decodeText(bytes).replace(/^\ufeff/, ''))
  const builder = new TextBuilder()
  new MarkdownReader(builder).read(withoutComments(body).split(LINE_END))
  return builder.end(title)
}

/** One that is never closed is text. */
function withoutComments(text: string): string {
  let seen = ''
  let from = 0
  for (let at = text.indexOf('<!--'); at !== -1; at = text.indexOf('<!--', from)) {
    const end = text.indexOf('-->', at + 4)
    if (end === -1) break
    seen += text.slice(from, at)
    from = end + 3
  }
  return seen + text.slice(from)
}

class MarkdownReader {
  readonly #builder: TextBuilder
  #fence: string | undefined

  constructor(builder: TextBuilder) {
    this.#builder = builder
  }

  read(lines: readonly string[]): void {
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? ''
      const level = this.#fence === undefined ? underlined(line, lines[at + 1]) : undefined
      if (level === undefined) this.#line(line)
      else {
        this.#heading(level, line)
        at++
      }
    }
  }

  #line(line: string): void {
    const fence = FENCE.exec(line)?.[1]
    if (this.#fence !== undefined) this.#code(line, fence)
    else if (fence !== undefined) this.#fence = fence
    else if (line.trim() === '') this.#builder.break('paragraph')
    else this.#text(line)
  }

  #text(line: string): void {
    const [, marks, title] = HEADING.exec(line) ?? []
    if (marks !== undefined) this.#heading(marks.length, (title ?? '').trim().replace(CLOSING, ''))
    else this.#builder.line(plainMarkdown(line))
  }

  #heading(level: number, line: string): void {
    this.#builder.heading(level)
    this.#builder.text(plainMarkdown(line))
    this.#builder.endHeading()
  }

  /** Code is text as it is, up to a fence like the one that began it. */
  #code(line: string, fence: string | undefined): void {
    if (this.#fence !== undefined && fence?.startsWith(this.#fence)) this.#fence = undefined
    else this.#builder.line(line)
  }
}

/** The level of a heading that is one by the line under it. */
function underlined(line: string, next: string | undefined): number | undefined {
  const under = UNDERLINE.exec(next ?? '')
  if (!under || NO_PARAGRAPH.test(line)) return undefined
  return under[1] === undefined ? 2 : 1
}
