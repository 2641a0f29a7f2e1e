import type { PictureKind } from '../../../../protocol/document.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { recognise } from '../../ocr/ocr.ts'
import { hasLines, writeLines } from '../../ocr/recognised-lines.ts'
import { aboutRecognised } from '../../ocr/recognised-notices.ts'
import type { Extracted } from '../../text/extracted.ts'
import { aboutPages } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { IMAGE_ADVICE } from '../document-kind.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { pagesOfTiff } from './tiff-pages.ts'

/** Reads the text of a picture, page by page, if there is a text recognition. */
export async function extractImage(
  bytes: Uint8Array,
  kind: PictureKind,
  { ocr, signal, say }: ExtractPorts,
): Promise<Extracted> {
  if (ocr === undefined) throw new DocumentFailure('unsupported', IMAGE_ADVICE)
  const count = kind === 'tiff' ? pagesOfTiff(bytes) : 1
  const pages = Array.from({ length: count }, (_, n) => n + 1)
  const file = { bytes, media_type: `image/${kind}`, pages } as const
  const read = await recognise(ocr, file, {
    signal,
    say: (done) => say(done * 100, 'Recognising the text'),
  })
  const builder = new TextBuilder()
  for (const page of pages) {
    builder.page(page)
    writeLines(builder, read.get(page)?.lines ?? [])
  }
  const without = count === 1 ? [] : pages.filter((page) => !hasLines(read.get(page)?.lines ?? []))
  const notices = [...aboutPages('pages_without_text', without), ...aboutRecognised(read)]
  return builder.end(undefined, { notices, unpaged: count === 1 })
}
