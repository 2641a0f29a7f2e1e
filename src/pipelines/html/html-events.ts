import { type Attributes, readTags } from './tags.ts'

/** Takes the tags and texts of an HTML fragment. Tag names are in lower case. */
export type HtmlSink = {
  text(text: string): void
  /** `href` is decoded; null for a tag that is no link, and for a link without one. */
  open(tag: string, href: string | null, attributes: Attributes): void
  close(tag: string): void
}

/** Elements that begin a line of their own. */
export const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form
  h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody td tfoot th thead tr
  ul`.split(/\s+/),
)

/** Elements whose content is not text. */
const UNSEEN = new Set(['script', 'style', 'template', 'noscript', 'title', 'iframe'])
/** Elements of another language. They may close themselves, and their content is not text either. */
const FOREIGN = new Set(['svg', 'math'])

/**
 * Reads a fragment once for all of its sinks, and leaves out elements whose content is not text. A tag that
 * is cut off at the end of the fragment does not count.
 */
export function readHtml(html: string, sinks: readonly HtmlSink[]): void {
  let unseen: string | undefined
  readTags(html, {
    open(tag, attributes, { selfClosing }) {
      // HTML ignores the slash of a self-closing tag, except in a foreign element, which is then empty.
      if (selfClosing && FOREIGN.has(tag)) return
      if (UNSEEN.has(tag) || FOREIGN.has(tag)) unseen ??= tag
      // A drawing may hold a picture.
      if (unseen !== undefined && !(unseen === 'svg' && tag === 'image')) return
      const href = tag === 'a' ? (attributes.get('href') ?? null) : null
      for (const sink of sinks) sink.open(tag, href, attributes)
    },
    text(text) {
      if (unseen === undefined) for (const sink of sinks) sink.text(text)
    },
    close(tag) {
      if (unseen === undefined) for (const sink of sinks) sink.close(tag)
      else if (unseen === tag) unseen = undefined
    },
  })
}
