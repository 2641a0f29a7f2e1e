import { nextTurn } from '../../../../pause.ts'
import { writeLines } from '../../ocr/recognised-lines.ts'
import type { Extracted } from '../../text/extracted.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { decodeText } from '../decode-text.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { LINE_END } from '../extract-text.ts'
import { MarkdownPictures } from '../pictures/markdown-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import { frontMatter } from './front-matter.ts'
import { MarkdownParser } from './markdown-parser.ts'
import { MarkdownText } from './markdown-text.ts'
import { readWindow, type Window } from './window.ts'

/** The definition of a link's or a picture's address, `[name]: address`, at the beginning of a line. */
const DEFINITION =
  /^ {0,3}\[((?:[^[\]\\\n^]|\\.)(?:[^[\]\\\n]|\\.)*)\]:[ \t]*(?=\S)(?:<?(data:image\/png;base64,\d{1,7})\b)?/gm
/** The greatest length of that name, in characters: CommonMark 0.31, section 6.3. */
const NAME_LENGTH = 999

/**
 * Returns the text of a Markdown file as a reader sees it, with its headings and its line breaks. Parses a long
 * file in windows, because the parser's tokens take two hundred times the memory of the text.
 */
export async function extractMarkdown(bytes: Uint8Array, ports: ExtractPorts): Promise<Extracted> {
  const { title, body } = frontMatter((await decodeText(bytes)).replace(/^\ufeff/, ''))
  const reader = new PictureReader(ports)
  const pictures = await MarkdownPictures.of(body.split(LINE_END).join('\n'), reader)
  const { text } = pictures
  const builder = new TextBuilder()
  const parser = new MarkdownParser()
  const writer = new MarkdownText(builder, parser, pictures)
  for (const [, name = '', address] of text.matchAll(DEFINITION))
    if (name.length <= NAME_LENGTH) parser.define(name, address)
  for (let at = 0; at < text.length;) {
    const window = readWindow(text, at, parser)
    write(window, builder, writer)
    at = window.end
    ports.say((100 * at) / text.length, 'Reading the text')
    await nextTurn(ports.signal)
  }
  for (const lines of pictures.rest()) writeLines(builder, lines)
  return builder.end(title, { notices: reader.notices(), unpaged: true })
}

function write(window: Window, builder: TextBuilder, writer: MarkdownText): void {
  if (window.kind === 'line') builder.line(window.line)
  else for (const token of window.blocks) writer.block(token)
}
