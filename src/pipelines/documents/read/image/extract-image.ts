import { DocumentFailure } from '../../document-failure.ts'
import { recognise } from '../../ocr/ocr.ts'
import { aboutRecognised } from '../../ocr/recognised-notices.ts'
import type { Extracted } from '../../text/extracted.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { IMAGE_ADVICE } from '../document-kind.ts'
import type { DocumentSource, ExtractPorts } from '../extract-ports.ts'

/** Reads the text of a picture, if there is a text recognition. */
export async function extractImage(
  { bytes }: DocumentSource,
  media_type: 'image/png' | 'image/jpeg',
  { ocr, signal, say }: ExtractPorts,
): Promise<Extracted> {
  if (ocr === undefined) throw new DocumentFailure('unsupported', IMAGE_ADVICE)
  const file = { bytes, media_type, pages: [1] }
  const read = await recognise(ocr, file, {
    signal,
    say: (done) => say(done * 100, 'Recognising the text'),
  })
  const builder = new TextBuilder()
  for (const line of read.get(1)?.lines ?? []) {
    if (line.trim() === '') builder.break('paragraph')
    else builder.line(line.trim())
  }
  return builder.end(undefined, { notices: aboutRecognised(read), unpaged: true })
}
