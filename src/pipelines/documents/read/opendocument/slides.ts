import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength } from '../extract-limits.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import { OfficeBody, type OfficeLosses, type OfficeReading } from './body.ts'
import type { MasterPages } from './master-pages.ts'
import { SlideEdges } from './slide-edges.ts'
import type { OfficeStyles } from './styles.ts'

type SlidesSource = { readonly reading: OfficeReading; readonly masters: MasterPages }

type Slide = {
  readonly page: XmlAttribute
  readonly title: TextBuilder
  readonly rest: TextBuilder
  readonly notes: TextBuilder
  /** The readers of the three texts. */
  readonly bodies: readonly [OfficeBody, OfficeBody, OfficeBody]
}

/** Reads the slides of an OpenDocument presentation as pages: the title, the texts, and the notes. */
export class OfficeSlides implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #styles: OfficeStyles
  readonly #reading: OfficeReading
  readonly #edges: SlideEdges
  #slide: Slide | undefined
  #page = 0
  #passed = 0
  #title = 0
  #notes = 0
  readonly #lost = { slides: 0, hidden: 0, comments: 0, embedded: 0 }
  readonly #blank: number[] = []

  constructor(builder: TextBuilder, styles: OfficeStyles, source: SlidesSource) {
    this.#builder = builder
    this.#styles = styles
    this.#reading = source.reading
    this.#edges = new SlideEdges(source.masters)
  }

  get lost(): OfficeLosses & { readonly slides: number } {
    return this.#lost
  }

  /** The slides without text. */
  get blank(): readonly number[] {
    return this.#blank
  }

  open(name: string, attribute: XmlAttribute): void {
    this.#edges.open(name, attribute)
    if (this.#passed > 0) this.#passed++
    else if (name === 'page') this.#begin(attribute)
    else if (EDGES.has(attribute('class') ?? '')) this.#passed++
    else this.#into(name, attribute)
  }

  text(text: string): void {
    this.#edges.text(text)
    if (this.#passed === 0) this.#body?.text(text)
  }

  close(name: string): void {
    this.#edges.close(name)
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    if (name === 'page') return this.#end()
    this.#body?.close(name)
    if (this.#title > 0) this.#title--
    if (this.#notes > 0) this.#notes--
  }

  get #body(): OfficeBody | undefined {
    const [title, rest, notes] = this.#slide?.bodies ?? []
    if (this.#notes > 0) return notes
    return this.#title > 0 ? title : rest
  }

  #begin(attribute: XmlAttribute): void {
    this.#page++
    if (this.#styles.styles.get(attribute('style-name') ?? '')?.hidden === true) {
      this.#lost.slides++
      this.#passed++
      return
    }
    const [title, rest, notes] = [new TextBuilder(), new TextBuilder(), new TextBuilder()]
    const body = (builder: TextBuilder) => new OfficeBody(builder, this.#styles, this.#reading)
    this.#slide = {
      page: attribute,
      title,
      rest,
      notes,
      bodies: [body(title), body(rest), body(notes)],
    }
  }

  #into(name: string, attribute: XmlAttribute): void {
    if (this.#title > 0 || /^(?:title|subtitle)$/.test(attribute('class') ?? '')) this.#title++
    if (this.#notes > 0 || name === 'notes') this.#notes++
    this.#body?.open(name, attribute)
  }

  #end(): void {
    if (!this.#slide) return
    const { page, title, rest, notes, bodies } = this.#slide
    this.#slide = undefined
    for (const { lost } of bodies) {
      this.#lost.comments += lost.comments
      this.#lost.embedded += lost.embedded
      this.#lost.hidden += lost.hidden
    }
    const before = this.#builder.length
    this.#builder.page(this.#page)
    this.#builder.heading(1)
    this.#builder.text(title.end().text)
    this.#builder.endHeading()
    this.#lines(rest.end().text)
    const style = this.#styles.styles.get(page('style-name') ?? '')
    if (this.#builder.length > before) this.#lines(this.#edges.take(page, style).join('\n'))
    const said = notes.end().text
    if (said !== '') this.#lines(`Notes: ${said}`)
    if (this.#builder.length === before) this.#blank.push(this.#page)
    checkLength(this.#builder.length, this.#reading.limits)
  }

  #lines(text: string): void {
    this.#builder.break('paragraph')
    for (const line of text.split('\n')) {
      if (line === '') this.#builder.break('paragraph')
      else this.#builder.line(line)
    }
    this.#builder.break('paragraph')
  }
}

/** The shapes that are on each slide. */
const EDGES = new Set(['page-number', 'date-time', 'header', 'footer'])
