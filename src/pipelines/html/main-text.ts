import { isModest } from './shape.ts'
import { readTags } from './tags.ts'

/** A text of which at least this share is in links is a menu and no posting. */
const MAX_LINKED = 0.5

/**
 * Returns the HTML of a page's main content, as a reader mode shows it. Returns null if there is none, or if the
 * page is too large or too deeply nested. Loads its libraries only when a page needs them.
 */
export async function mainText(html: string, url: string): Promise<string | null> {
  if (!isModest(html)) return null
  const [{ Readability }, { parseHTML }] = await Promise.all([
    import('@mozilla/readability'),
    import('linkedom/worker'),
  ])
  try {
    // Readability resolves relative links against the document's location.
    const { document } = parseHTML(toDocument(html), { location: { href: url } })
    const content = new Readability(document).parse()?.content ?? ''
    return isMenu(content) ? null : content
  } catch {
    // A page on which a library throws counts as a page without main text.
    return null
  }
}

/** Adds the html, head and body tags that HTML lets a page leave out: linkedom needs them. */
function toDocument(html: string): string {
  if (/<head[\s>]/i.test(html) && /<body[\s>]/i.test(html)) return html
  const content = html.replaceAll(/<(?:!doctype|\/?(?:html|head|body))(?=[\s>])[^<>]*>/gi, '')
  return `<!doctype html><html><head></head><body>${content}</body></html>`
}

/** Whether at least half of the text is in links. A page without text counts as a menu too. */
function isMenu(html: string): boolean {
  let links = 0
  const length = { all: 0, linked: 0 }
  readTags(html, {
    open: (name) => void (name === 'a' && links++),
    close: (name) => void (name === 'a' && links--),
    text: (text) => {
      const seen = text.replaceAll(/\s+/g, '').length
      length.all += seen
      if (links > 0) length.linked += seen
    },
  })
  return length.linked >= length.all * MAX_LINKED
}
