import { BLOCKS, type HtmlSink, readHtml } from '../html/html-events.ts'

/** Returns the text of an HTML fragment with a line for each block. */
export function htmlToText(html: string): string {
  const text = new TextSink()
  readHtml(html, [text])
  return text.end()
}

export class TextSink implements HtmlSink {
  #text = ''

  /** Writes a line break of the source as a space. Only a block begins a line. */
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
