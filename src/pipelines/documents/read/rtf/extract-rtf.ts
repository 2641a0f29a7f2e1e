import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { ownTitle } from '../../text/own-title.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import type { FindPicture } from '../pictures/html-pictures.ts'
import { PictureReader } from '../pictures/picture-reader.ts'
import type { RtfPicture } from './rtf-picture.ts'
import { RtfReader } from './rtf-reader.ts'
import { rtfTokens } from './rtf-tokens.ts'

/** Reads the visible text of an RTF: its headers, its text, its notes and its footers. */
export async function extractRtf(
  bytes: Uint8Array,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  const body = new TextBuilder()
  body.page(1)
  const reader = new PictureReader(ports)
  const pictures = { reader, find: () => undefined }
  const { title, isPaged, notices } = await writeRtf(body, bytes, { pictures, limits })
  const read = body.end(ownTitle(title), { notices: [...notices, ...reader.notices()] })
  return isPaged ? read : { ...read, pages: [{ page: 1, start: 0 }], unpaged: true }
}

export type RtfReading = {
  readonly pictures: { readonly reader: PictureReader; readonly find: FindPicture }
  readonly limits: ExtractLimits
}

/** Writes the visible text of an RTF into a text, with the lines of the pictures in it. */
export async function writeRtf(
  body: TextBuilder,
  bytes: Uint8Array,
  { pictures, limits }: RtfReading,
) {
  const seen = new Set<string>()
  const reader = new RtfReader(body)
  for (const token of rtfTokens(asBytes(bytes))) {
    reader.take(token)
    const picture = foundBy(pictures.find, reader.takePicture())
    if (picture !== undefined && !seen.has(picture.key)) {
      seen.add(picture.key)
      const lines = await pictures.reader.read(picture.bytes, 0)
      if (lines !== undefined) reader.text.showPicture(lines)
    }
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
    ...leftOut('hidden_text_left_out', reader.lost.hidden),
  ]
  body.break('paragraph')
  for (const line of text.edges) body.line(line)
  return { title: reader.title, isPaged: text.isPaged, notices }
}

function foundBy(find: FindPicture, picture: RtfPicture | undefined): ReturnType<FindPicture> {
  return picture?.kind === 'address' ? find(picture.address) : picture
}

/** Decodes each byte as one character. The label `latin1` would stand for windows-1252. */
function asBytes(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  return text
}

const PIECE = 8_192
