import { randomBytes } from 'node:crypto'

import { paragraph } from './docx.ts'
import { pdf, typed } from './pdf.ts'

/** A page of a PDF. */
export const PAGE = typed(['The term of this agreement is two years.'])

/** A PDF of twenty pages. */
export function wholePdf(): Uint8Array<ArrayBuffer> {
  return pdf({ pages: Array.from({ length: 20 }, () => PAGE) })
}

/** The body of a DOCX with random text, which does not compress well. */
export function pageXml(): string {
  return paragraph('Two years. ') + paragraph(randomBytes(3_000).toString('base64'))
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** The relationship file that names a DOCX's main part. */
export function relsOf(target: string): string {
  const type = 'http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument'
  return `<Relationships><Relationship Type="${type}" Target="${target}"/></Relationships>`
}
