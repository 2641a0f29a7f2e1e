import { BLOCKS, type HtmlSink, readHtml } from '../html/html-events.ts'

/** The text of an HTML fragment, one line a block. */
export function htmlToText(html: string): string {
  const text = new TextSink()
  readHtml(html, [text])
  return text.end()
}

export class TextSink implements HtmlSink {
  #text = ''

  /** A break in the source is a space; only a block begins a line. */
  text(text: string): void {
    this.#text += text.replace(/[^\S ]+/g, ' ')
  }

  open(tag: string): void {
    if (BLOCKS.has(tag)) this.#text += '\n'
  }

  close(tag: string): void {
    this.open(tag)
  }

  end(): string {
    return this.#text
      .split('\n')
      .map((line) => line.replace(/ {2,}/g, ' ').trim())
      .filter((line) => line !== '')
      .join('\n')
  }
}
