import { isModest } from './shape.ts'
import { readTags } from './tags.ts'

/** Of a page's text, as much may stand in links before it is a menu and no posting. */
const MAX_LINKED = 0.5

/**
 * The HTML of a page's main content, as a reader mode would show it; null where there is none, or
 * the page is too large or too nested to look for it. Its libraries are loaded for a page's sake.
 */
export async function mainText(html: string, url: string): Promise<string | null> {
  if (!isModest(html)) return null
  const [{ Readability }, { parseHTML }] = await Promise.all([
    import('@mozilla/readability'),
    import('linkedom/worker'),
  ])
  try {
    // Its location is what relative links are resolved against.
    const { document } = parseHTML(toDocument(html), { location: { href: url } })
    const content = new Readability(document).parse()?.content ?? ''
    return isMenu(content) ? null : content
  } catch {
    // A page that neither of them can bear has no text that anybody could show.
    return null
  }
}

/** HTML lets a page leave out the tags of its frame; the parser here wants them. */
function toDocument(html: string): string {
  if (/<head[\s>]/i.test(html) && /<body[\s>]/i.test(html)) return html
  const content = html.replaceAll(/<(?:!doctype|\/?(?:html|head|body))(?=[\s>])[^<>]*>/gi, '')
  return `<!doctype html><html><head></head><body>${content}</body></html>`
}

/** Without any text it is one as well. */
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
