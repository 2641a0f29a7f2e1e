import { decodeHTML, decodeHTMLStrict } from 'entities/decode'

import { BLOCKS } from '../html/html-events.ts'
import { readTags } from '../html/tags.ts'

const TAG = /<\/?[a-z][^<>]*>/i
const WHOLE_TAG = /<\/?([a-z][a-z0-9]*)(?:[\s/][^<>]*)?>/gi
const ESCAPED_TAG = /&(?:amp;)*(?:lt|#0*60|#x0*3c);/i
/** Pages escape a text again in each of their layers. */
const MAX_ESCAPES = 3

/**
 * Returns a source's text as HTML. The source may give HTML, HTML that was escaped once or more, or plain text. The
 * lines of a text without tags for lines stay lines.
 */
export function toRichText(text: string): string {
  const html = withTags(text)
  if (hasBlocks(html)) return html
  return html.trim().replaceAll(/\r\n?|\n/g, '<br>')
}

/** Returns a source's text as HTML that begins and ends a line of its own, to be joined with other parts. */
export function toBlock(text: string): string {
  const html = toRichText(text)
  return html === '' || hasBlocks(text) ? html : `<div>${html}</div>`
}

function withTags(text: string): string {
  let html = text
  for (let times = 0; times < MAX_ESCAPES && !TAG.test(html) && ESCAPED_TAG.test(html); times++) {
    html = decodeHTML(html)
  }
  return html
}

/** Mostly the text begins with a block. Then the rest of the text need not be read. */
function hasBlocks(html: string): boolean {
  const likely = likelyBlock(html)
  return (likely > 0 && readsBlock(html.slice(0, likely))) || readsBlock(html)
}

/** The end of the first tag that looks like a block's, or 0. The tag may stand in a comment or in another tag. */
function likelyBlock(html: string): number {
  for (const { 0: tag, 1: name = '', index } of html.matchAll(WHOLE_TAG)) {
    if (BLOCKS.has(name.toLowerCase())) return index + tag.length
  }
  return 0
}

function readsBlock(html: string): boolean {
  let found = false
  const note = (name: string) => void (found ||= BLOCKS.has(name))
  readTags(html, { open: note, close: note })
  return found
}

/** Unescapes a text such as "R&amp;D", which a page escaped although JSON needs no escapes of HTML. */
export function unescapeText(text: string): string {
  let plain = text
  for (let times = 0; times < MAX_ESCAPES && plain.includes('&'); times++) {
    plain = decodeHTMLStrict(plain)
  }
  return plain
}
