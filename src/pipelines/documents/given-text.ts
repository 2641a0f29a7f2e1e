import { z } from 'zod'

import { DocumentNotice } from '../../protocol/document.ts'
import type { Extracted } from './text/extracted.ts'

const offset = z.int().nonnegative()

/** The stored form of a text that was read from its file before the job runs. */
const GivenText = z.object({
  text: z.string(),
  pages: z.array(
    z.object({ page: z.int().positive(), start: offset, label: z.string().exactOptional() }),
  ),
  unpaged: z.boolean().exactOptional(),
  headings: z.array(z.object({ start: offset, end: offset, level: z.int(), text: z.string() })),
  title: z.string().exactOptional(),
  notices: z.array(DocumentNotice).exactOptional(),
})

export function encodeGivenText(extracted: Extracted): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(extracted))
}

/** Throws if the bytes are no stored text. */
export function decodeGivenText(bytes: Uint8Array): Extracted {
  return GivenText.parse(JSON.parse(new TextDecoder().decode(bytes)))
}
