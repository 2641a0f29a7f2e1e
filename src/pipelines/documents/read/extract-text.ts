import type { Extracted } from '../text/extracted.ts'
import { TextBuilder } from '../text/text-builder.ts'
import { decodeText } from './decode-text.ts'

/** The line ends of all systems, and a printer's page end. */
export const LINE_END = /\r\n?|[\n\v\f\u0085\u2028\u2029]/

/** Reads plain text and keeps its lines. */
export async function extractText(bytes: Uint8Array): Promise<Extracted> {
  const text = await decodeText(bytes)
  const builder = new TextBuilder()
  for (const line of text.split(LINE_END)) {
    if (line.trim() === '') builder.break('paragraph')
    else builder.line(line)
  }
  return builder.end(undefined, { unpaged: true })
}
