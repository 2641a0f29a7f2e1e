import { decodeHTML, decodeHTMLStrict } from 'entities/decode'

import { type Node, textOf } from './value.ts'

const TAG = /<\/?[a-z][^<>]*>/i
const ESCAPED_TAG = /&(?:lt|#0*60|#x0*3c);/i

/** Returns a JobPosting's description as HTML. The page may hold it as HTML, as escaped HTML or as plain text. */
export function descriptionOf(node: Node): string | null {
  const text = textOf(node['description'])
  if (text === null) return null
  const html = !TAG.test(text) && ESCAPED_TAG.test(text) ? decodeHTML(text) : text
  return TAG.test(html) ? html : html.replaceAll(/\r\n?|\n/g, '<br>')
}

/** Unescapes a text such as "R&amp;D". Some pages escape HTML inside of JSON, which needs no such escapes. */
export function unescapeText(text: string): string {
  return decodeHTMLStrict(text)
}
