import { decodeHTML, decodeHTMLStrict } from 'entities/decode'

import { type Node, textOf } from './value.ts'

const TAG = /<\/?[a-z][^<>]*>/i
const ESCAPED_TAG = /&(?:lt|#0*60|#x0*3c);/i

/** A JobPosting's description as HTML, which is what it holds, escaped, or as plain text. */
export function descriptionOf(node: Node): string | null {
  const text = textOf(node['description'])
  if (text === null) return null
  const html = !TAG.test(text) && ESCAPED_TAG.test(text) ? decodeHTML(text) : text
  return TAG.test(html) ? html : html.replaceAll(/\r\n?|\n/g, '<br>')
}

/** A text in which a page's maker has escaped what HTML would read: "R&amp;D". */
export function unescapeText(text: string): string {
  return decodeHTMLStrict(text)
}
