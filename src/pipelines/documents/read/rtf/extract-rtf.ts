import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import { RtfReader } from './rtf-reader.ts'
import { rtfTokens } from './rtf-tokens.ts'

/** Reads the visible text of an RTF: its headers, its text, its notes and its footers. */
export function extractRtf(bytes: Uint8Array, limits: ExtractLimits): Extracted {
  const body = new TextBuilder()
  body.page(1)
  const { title, isPaged, notices } = writeRtf(body, bytes, limits)
  const read = body.end(title, { notices })
  return isPaged ? read : { ...read, pages: [{ page: 1, start: 0 }], unpaged: true }
}

/** Writes the visible text of an RTF into a text. */
export function writeRtf(body: TextBuilder, bytes: Uint8Array, limits: ExtractLimits) {
  const reader = new RtfReader(body)
  for (const token of rtfTokens(asBytes(bytes))) {
    reader.take(token)
    if (token.kind === 'close' && reader.depth === 0) break
    checkLength(reader.text.length, limits)
  }
  // A file that was cut off has open groups.
  if (reader.depth > 0) throw new DocumentFailure('damaged')
  const { text } = reader
  text.appendNotes()
  const notices = [
    ...leftOut('embedded_left_out', reader.lost.embedded),
    ...leftOut('comments_left_out', reader.lost.comments),
  ]
  body.break('paragraph')
  for (const line of text.edges) body.line(line)
  return { title: reader.title, isPaged: text.isPaged, notices }
}

/** Decodes each byte as one character. The label `latin1` would stand for windows-1252. */
function asBytes(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  return text
}

const PIECE = 8_192
