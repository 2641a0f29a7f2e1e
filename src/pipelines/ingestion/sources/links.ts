import { readTags } from '../../html/tags.ts'

type Links = {
  /** The address of each link, in the page's order. */
  readonly links: readonly URL[]
  /** The next page of the listing, if a link or tag of the page has `rel="next"`. */
  readonly next: URL | undefined
  /** False if the page has an `<html>` tag, but neither `</html>` nor `</body>`: it was cut off. */
  readonly whole: boolean
}

/** Reads a page's links, and resolves each as a browser does. */
export function readLinks(html: string, url: string): Links {
  const reader = new LinkReader()
  readTags(html, reader)
  const base = URL.parse(reader.base ?? '', url) ?? new URL(url)
  return {
    links: reader.hrefs.map((href) => URL.parse(href, base)).filter((link) => link !== null),
    next: reader.next === undefined ? undefined : (URL.parse(reader.next, base) ?? undefined),
    whole: !reader.begun || reader.ended,
  }
}

class LinkReader {
  readonly hrefs: string[] = []
  next: string | undefined
  base: string | undefined
  begun = false
  ended = false

  open = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name === 'html') this.begun = true
    const href = attributes.get('href')
    if (href === undefined) return
    if (name === 'base') this.base ??= href
    if (name === 'a') this.hrefs.push(href)
    if (name === 'a' || name === 'link') this.#note(href, attributes.get('rel') ?? '')
  }

  close = (name: string): void => {
    if (name === 'html' || name === 'body') this.ended = true
  }

  #note(href: string, rel: string): void {
    if (rel.toLowerCase().split(/\s+/).includes('next')) this.next ??= href
  }
}
