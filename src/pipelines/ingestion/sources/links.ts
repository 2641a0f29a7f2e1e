import { readTags } from '../../html/tags.ts'

/** A link, and its text, or else its label for screen readers. */
export type Link = { readonly url: URL; readonly text: string }

type Links = {
  /** The links in the page's order. */
  readonly links: readonly Link[]
  /** The next page of the listing, if a link or tag of the page has `rel="next"`. */
  readonly next: URL | undefined
  /** The texts of the buttons and links that only a script can follow. */
  readonly controls: readonly string[]
  /** The page's text, with single spaces. */
  readonly text: string
  /** False if the page has an `<html>` tag, but neither `</html>` nor `</body>`: it was cut off. */
  readonly whole: boolean
}

/** Reads a page's links, and resolves each as a browser does. */
export function readLinks(html: string, url: string): Links {
  const reader = new LinkReader()
  readTags(html, reader)
  reader.close('a')
  const base = URL.parse(reader.base ?? '', url) ?? new URL(url)
  const links = reader.anchors.flatMap(({ href, text }): Link[] => {
    const address = URL.parse(href, base)
    return address ? [{ url: address, text }] : []
  })
  return {
    links,
    next: reader.next === undefined ? undefined : (URL.parse(reader.next, base) ?? undefined),
    controls: reader.controls,
    text: reader.all.replaceAll(/\s+/g, ' '),
    whole: !reader.begun || reader.ended,
  }
}

const MAX_TEXT = 60

type OpenLink = { readonly href: string | undefined; readonly label: string; text: string }

class LinkReader {
  readonly anchors: { readonly href: string; readonly text: string }[] = []
  readonly controls: string[] = []
  all = ''
  next: string | undefined
  base: string | undefined
  begun = false
  ended = false
  #link: OpenLink | undefined
  #hidden = false

  open = (name: string, attributes: ReadonlyMap<string, string>): void => {
    if (name === 'html') this.begun = true
    if (name === 'script' || name === 'style') this.#hidden = true
    const href = attributes.get('href')
    if (name === 'base') this.base ??= href
    if (name === 'a' || name === 'link') this.#note(href, attributes)
    if (name === 'input') this.#press(attributes)
    if (name === 'a' || name === 'button') this.#begin(name === 'a' ? href : undefined, attributes)
    else this.#script(attributes)
    this.all += ' '
  }

  text = (text: string): void => {
    if (this.#hidden) return
    this.all += text
    if (this.#link && this.#link.text.length < MAX_TEXT) this.#link.text += text
  }

  close = (name: string): void => {
    if (name === 'html' || name === 'body') this.ended = true
    if (name === 'script' || name === 'style') this.#hidden = false
    if (name === 'a' || name === 'button') this.#end()
    this.all += ' '
  }

  /** A row of a table is often no link, and leads to its posting by a script. */
  #script(attributes: ReadonlyMap<string, string>): void {
    const href =
      attributes.get('data-href') ??
      /(?:^|[\s;.])location(?:\.href)?\s*=\s*(["'])([^"'<>\s]{1,500})\1/.exec(
        attributes.get('onclick') ?? '',
      )?.[2]
    if (href !== undefined) this.anchors.push({ href, text: '' })
  }

  /** A form's button has its text as a value. */
  #press(attributes: ReadonlyMap<string, string>): void {
    const isButton = /^(?:button|submit)$/i.test(attributes.get('type') ?? '')
    if (isButton && !isDisabled(attributes))
      this.controls.push(attributes.get('value')?.trim() ?? '')
  }

  #note(href: string | undefined, attributes: ReadonlyMap<string, string>): void {
    const rels = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/)
    if (rels.includes('next')) this.next ??= href
  }

  #begin(href: string | undefined, attributes: ReadonlyMap<string, string>): void {
    this.#end()
    if (isDisabled(attributes) && href === undefined) return
    this.#link = { href, label: attributes.get('aria-label') ?? '', text: '' }
  }

  #end(): void {
    if (!this.#link) return
    const { href, label, text } = this.#link
    this.#link = undefined
    const said = (text.trim() === '' ? label : text)
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, MAX_TEXT)
    if (href !== undefined) this.anchors.push({ href, text: said })
    if (href === undefined || /^\s?(?:#|javascript:)/i.test(href)) this.controls.push(said)
  }
}

function isDisabled(attributes: ReadonlyMap<string, string>): boolean {
  const names = attributes.get('class') ?? ''
  return (
    attributes.has('disabled') ||
    attributes.get('aria-disabled') === 'true' ||
    /\b(?:disabled|carousel|slick|swiper|slider?)\b/i.test(names)
  )
}
