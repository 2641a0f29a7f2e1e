import type { XmlAttribute } from '../zip/xml.ts'

type BoxEvent =
  | { readonly kind: 'open'; readonly name: string; readonly attribute: XmlAttribute }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'close'; readonly name: string }

type TextBoxReader = {
  open(name: string, attribute: XmlAttribute): void
  text(text: string): void
  close(name: string): void
}

/** Keeps the text boxes of a paragraph until the paragraph is read, as they stand beside its text. */
export class TextBoxes {
  readonly #events: BoxEvent[] = []
  #depth = 0
  /** A box within a box is read where it stands. */
  #reading = false

  /** Whether the reader is inside a box that is kept. */
  get open(): boolean {
    return this.#depth > 0
  }

  begins(name: string): boolean {
    return name === 'txbxContent' && !this.#reading
  }

  /** Keeps an element or a text of a box. Forgets it if the box is hidden. */
  keep(event: BoxEvent, hidden: boolean): void {
    if (event.kind === 'open') this.#depth++
    else if (event.kind === 'close') this.#depth--
    if (!hidden) this.#events.push(event)
  }

  /** Gives the kept boxes to the reader. */
  readInto(reader: TextBoxReader): void {
    if (this.#events.length === 0) return
    this.#reading = true
    for (const event of this.#events.splice(0)) {
      if (event.kind === 'open') reader.open(event.name, event.attribute)
      else if (event.kind === 'text') reader.text(event.text)
      else reader.close(event.name)
    }
    this.#reading = false
  }
}
