import { BLOCKS, type HtmlSink, readHtml } from '../html/html-events.ts'

/** Returns the text of an HTML fragment with a line for each block. */
export function htmlToText(html: string): string {
  const text = new TextSink()
  readHtml(html, [text])
  return text.end()
}

export class TextSink implements HtmlSink {
  #text = ''
  #preformatted = 0

  /** Writes a line break of the source as a space. Only a block begins a line, and a line of preformatted text. */
  text(text: string): void {
    this.#text += this.#preformatted > 0 ? text.replaceAll('\r', '') : text.replace(/[^\S ]+/g, ' ')
  }

  open(tag: string): void {
    if (BLOCKS.has(tag)) this.#text += '\n'
    if (tag === 'pre') this.#preformatted++
  }

  close(tag: string): void {
    if (BLOCKS.has(tag)) this.#text += '\n'
    if (tag === 'pre') this.#preformatted = Math.max(0, this.#preformatted - 1)
  }

  end(): string {
    return this.#text
      .split('\n')
      .map((line) => line.replace(/[^\S\n]{2,}|[^\S \n]/g, ' ').trim())
      .filter((line) => line !== '')
      .join('\n')
  }
}
