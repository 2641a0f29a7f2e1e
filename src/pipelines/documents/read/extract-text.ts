import type { Extracted } from '../text/extracted.ts'
import { TextBuilder } from '../text/text-builder.ts'
import { decodeText } from './decode-text.ts'

/** What ends a line in any system, and a page on a printer. */
export const LINE_END = /\r\n?|[\n\v\f\u0085\u2028\u2029]/

/** Plain text, line by line as it stands. */
export function extractText(bytes: Uint8Array): Extracted {
  const builder = new TextBuilder()
  for (const line of decodeText(bytes).split(LINE_END)) {
    if (line.trim() === '') builder.break('paragraph')
    else builder.line(line)
  }
  return builder.end()
}
