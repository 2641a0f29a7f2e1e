import { charsetOf } from '../../../html/charset.ts'
import { EXTRACT_LIMITS } from '../extract-limits.ts'
import { decodeIn, encodingOfCodePage } from '../rtf/rtf-encoding.ts'
import { unpackRtf } from './compressed-rtf.ts'
import { type ItemProperties, PROPERTY } from './item-properties.ts'
import type { OutlookMessage } from './outlook-message.ts'

/** The text of a message in its best form. Outlook makes the plain text of the others. */
export type OutlookBody =
  | { readonly kind: 'html'; readonly html: string }
  | { readonly kind: 'rtf'; readonly rtf: Uint8Array; readonly plain: string }
  | { readonly kind: 'plain'; readonly plain: string }

export function bodyOf({ properties }: OutlookMessage): OutlookBody {
  const plain = properties.text(PROPERTY.plain)
  const bytes = properties.bytes(PROPERTY.html)
  const html = bytes === undefined ? properties.text(PROPERTY.html) : decoded(bytes, properties)
  if (html.trim() !== '') return { kind: 'html', html }
  const packed = properties.bytes(PROPERTY.rtf)
  if (packed === undefined) return { kind: 'plain', plain }
  return { kind: 'rtf', rtf: unpackRtf(packed, EXTRACT_LIMITS.text_bytes), plain }
}

/** The page of ASCII. It stands also in messages in UTF-8. */
const ASCII = 20_127

/** Decodes HTML by the first encoding in which no byte is wrong. The message names its own, and the HTML may. */
function decoded(bytes: Uint8Array, properties: ItemProperties): string {
  const page = properties.number(PROPERTY.html_code_page) ?? ASCII
  const encodings = [
    page === ASCII ? [] : encodingOfCodePage(page),
    charsetOf(bytes, null) ?? [],
    'utf-8',
    encodingOfCodePage(properties.code_page ?? 1_252),
    'windows-1252',
  ].flat()
  const texts = encodings.map((encoding) => decodeIn(encoding, bytes))
  return texts.find((text) => !text.includes('\ufffd')) ?? ''
}
