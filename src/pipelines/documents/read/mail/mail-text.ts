import { readHtml } from '../../../html/html-events.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { LINE_END } from '../extract-text.ts'
import { HtmlText } from '../html/html-text.ts'
import type { LinesByAddress } from '../pictures/html-pictures.ts'

export const ENCRYPTED_MAIL =
  'This message is encrypted. Open the message in your mail program, print it to a PDF, and upload the PDF.'

type MailHead = {
  readonly subject: string
  /** The lines of its header. A line without a value is not shown. */
  readonly lines: readonly (readonly [name: string, value: string])[]
}

export function writeHead(builder: TextBuilder, { subject, lines }: MailHead): void {
  builder.heading(1)
  builder.text(subject)
  builder.endHeading()
  for (const [name, value] of lines) if (value !== '') builder.line(`${name}: ${value}`)
  builder.break('paragraph')
}

/** Writes a page, with the lines of its recognised pictures. */
export function writeHtml(builder: TextBuilder, html: string, pictures: LinesByAddress): void {
  readHtml(html, [new HtmlText({ html, pictures, whole: true }, builder)])
  builder.endHeading()
  builder.endTable()
}

export function writePlain(builder: TextBuilder, text: string): void {
  for (const line of text.split(LINE_END)) {
    if (line.trim() === '') builder.break('paragraph')
    else builder.line(line)
  }
}

export function writeAttached(builder: TextBuilder, names: readonly string[]): void {
  builder.break('paragraph')
  if (names.length > 0) builder.line(`Attachments: ${names.join(', ')}`)
}
