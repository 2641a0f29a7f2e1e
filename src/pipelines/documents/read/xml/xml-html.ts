import { decodeHTML } from 'entities/decode'

import { type Attributes, readTags } from '../../../html/tags.ts'
import { inlineNames, localName } from './xml-inline.ts'
import {
  AROUND_HEADING,
  BREAK,
  CELL,
  HEADING,
  NOTE,
  NUMBER,
  ROW,
  SECTION,
  TABLE,
  UNSEEN,
} from './xml-names.ts'

/** Writes an XML document as a page: a paragraph for each of its blocks, with headings, tables and notes. */
export function htmlOfXml(xml: string): string {
  const source = withoutDoctype(xml)
  const writer = new PageWriter(inlineNames(source))
  readTags(
    source,
    {
      open: (tag, attributes) => writer.open(localName(tag), attributes),
      text: (text) => writer.text(text.includes('&') ? decodeHTML(text) : text),
      close: () => writer.close(),
    },
    { xml: true },
  )
  return writer.end()
}

const DOCTYPE = /<!DOCTYPE[^[>]*(?:\[[^\]]*\]\s*)?>/iy

/** Removes the declaration, which may have entities of its own. They are not read. */
function withoutDoctype(xml: string): string {
  DOCTYPE.lastIndex = Math.max(0, xml.search(/<!DOCTYPE/i))
  return xml.replace(DOCTYPE, '')
}

type Element = {
  readonly name: string
  /** What its end tag writes. */
  readonly end: string
  /** The part of the document whose heading a title within this element is. */
  readonly part: { isHeaded: boolean }
}

class PageWriter {
  readonly #inline: ReadonlySet<string>
  readonly #open: Element[] = []
  readonly #notes: string[] = []
  #html: string[] = []
  /** The pieces of the page while a note is written. */
  #around: { readonly html: string[]; readonly depth: number } | undefined
  /** The number that waits for its words, and whether it is being read. */
  #number: { text: string; depth: number; read: boolean; readonly isHeading: boolean } | undefined
  #unseen: number | undefined
  /** The open lists with numbers, and the open parts that have a heading. */
  #lists = 0
  #headings = 0
  #title = ''
  #inTitle = false

  constructor(inline: ReadonlySet<string>) {
    this.#inline = inline
  }

  open(name: string, attributes: Attributes): void {
    const end = this.#unseen === undefined ? this.#begin(name, attributes) : ''
    const around = AROUND_HEADING.test(name) ? this.#open.at(-1) : undefined
    this.#open.push({ name, end, part: around?.part ?? { isHeaded: false } })
    if (end === '</ol>') this.#lists++
  }

  text(text: string): void {
    if (this.#unseen !== undefined) return
    if (this.#number && !this.#number.read) {
      this.#number.text += text
      return
    }
    if (text.trim() !== '') this.#showNumber()
    if (this.#inTitle) this.#title += text
    this.#html.push(escaped(text))
  }

  close(): void {
    const closed = this.#open.pop()
    if (!closed) return
    const depth = this.#open.length
    this.#leave(closed)
    if (this.#unseen === depth) this.#unseen = undefined
    if (this.#number?.depth === depth) this.#number.read = true
    if (this.#around?.depth === depth) this.#endNote(this.#around.html)
    if (closed.end.startsWith('</h')) this.#inTitle = false
    if (this.#number?.isHeading === true && this.#number.depth > depth + 1) this.#flushNumber()
    this.#html.push(closed.end)
  }

  #leave({ end, part }: Element): void {
    if (end === '</ol>') this.#lists--
    if (part.isHeaded && part !== this.#open.at(-1)?.part) this.#headings--
  }

  end(): string {
    this.#flushNumber()
    const notes = this.#notes.map((note, at) => `<div>[${at + 1}] ${note}</div>`)
    const title = `<title>${escaped(this.#title.replaceAll(/\s+/g, ' '))}</title>`
    return `<!doctype html><html><head>${title}</head><body>${this.#html.join('')}${notes.join('')}</body></html>`
  }

  /** Begins an element, and returns what its end tag writes. */
  #begin(name: string, attributes: Attributes): string {
    if (UNSEEN.test(name)) this.#unseen = this.#open.length
    else if (NOTE.test(name)) this.#beginNote()
    else if (BREAK.test(name)) this.#html.push('<br>')
    else if (NUMBER.test(name) && !this.#inTitle) this.#beginNumber()
    else if (HEADING.test(name) && this.#isHeading(name)) return this.#beginHeading()
    else if (this.#inline.has(name)) return ''
    else return this.#beginBlock(name, attributes)
    return ''
  }

  #beginBlock(name: string, attributes: Attributes): string {
    // Only a heading or its own words go on behind the number of an article.
    if (this.#number?.isHeading === true && !AROUND_HEADING.test(name)) this.#flushNumber()
    const written = this.#listTag(name, attributes) ?? blockTag(name)
    this.#html.push(`<${written}>`)
    return `</${written}>`
  }

  #listTag(name: string, attributes: Attributes): string | undefined {
    if (name === 'orderedlist' || attributes.get('list-type') === 'order') return 'ol'
    if (name === 'itemizedlist') return 'ul'
    const isItem = /^list-?item$/.test(name) && this.#lists > 0
    return isItem ? 'li' : undefined
  }

  /** A title of a part of the document. A title within words, as in a list of books, is words. */
  #isHeading(name: string): boolean {
    const parent = this.#open.at(-1)?.name ?? ''
    return !this.#inTitle && !CELL.test(parent) && !(name === 'title' && this.#inline.has(parent))
  }

  #beginHeading(): string {
    const part = this.#open.at(-1)?.part
    if (part?.isHeaded === false) {
      part.isHeaded = true
      this.#headings++
    }
    const level = Math.min(6, Math.max(1, this.#headings))
    this.#inTitle = this.#title === ''
    this.#html.push(`<h${level}>`)
    return `</h${level}>`
  }

  #beginNumber(): void {
    this.#flushNumber()
    const parent = this.#open.at(-1)
    const isHeading = parent !== undefined && SECTION.test(parent.name)
    this.#number = { text: '', depth: this.#open.length, read: false, isHeading }
  }

  #showNumber(): void {
    const number = this.#takeNumber()
    if (number !== '') this.#html.push(`${escaped(number)} `)
  }

  /** Writes a number that has no words: the number of an article may be all of its heading. */
  #flushNumber(): void {
    const isHeading = this.#number?.isHeading === true
    const number = this.#takeNumber()
    if (number === '') return
    if (!isHeading) return void this.#html.push(`<p>${escaped(number)}</p>`)
    const end = this.#beginHeading()
    this.#inTitle = false
    this.#html.push(escaped(number), end)
  }

  #takeNumber(): string {
    const number = this.#number?.text.replaceAll(/\s+/g, ' ').trim() ?? ''
    this.#number = undefined
    return number
  }

  #beginNote(): void {
    if (this.#around) return
    this.#html.push(`[${this.#notes.length + 1}]`)
    this.#around = { html: this.#html, depth: this.#open.length }
    this.#html = []
  }

  #endNote(around: string[]): void {
    this.#notes.push(this.#html.join('').replaceAll(/<\/?p>/g, ' '))
    this.#html = around
    this.#around = undefined
  }
}

function blockTag(name: string): string {
  if (TABLE.test(name)) return 'table'
  if (ROW.test(name)) return 'tr'
  return CELL.test(name) ? 'td' : 'p'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
