import { TextBuilder } from '../../text/text-builder.ts'
import { isPageNumber } from '../office/page-number.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import { OfficeBody, type OfficeReading } from './body.ts'
import type { OfficeStyles } from './styles.ts'

/** Reads the words that each slide of a master page shows, such as a firm's name. Placeholders are none. */
export class MasterPages implements XmlHandler {
  readonly #styles: OfficeStyles
  readonly #reading: OfficeReading
  readonly #lines = new Map<string, readonly string[]>()
  #master:
    | { readonly name: string; readonly builder: TextBuilder; readonly body: OfficeBody }
    | undefined
  #passed = 0

  constructor(styles: OfficeStyles, reading: OfficeReading) {
    this.#styles = styles
    this.#reading = reading
  }

  linesOf(name: string): readonly string[] {
    return this.#lines.get(name) ?? []
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'master-page') this.#begin(attribute('name') ?? '')
    else if (this.#passed > 0 || name === 'notes' || attribute('class') !== undefined)
      this.#passed++
    else this.#master?.body.open(name, attribute)
  }

  text(text: string): void {
    if (this.#passed === 0) this.#master?.body.text(text)
  }

  close(name: string): void {
    if (this.#passed > 0) this.#passed--
    else if (name === 'master-page') this.#end()
    else this.#master?.body.close(name)
  }

  #begin(name: string): void {
    const builder = new TextBuilder()
    this.#master = { name, builder, body: new OfficeBody(builder, this.#styles, this.#reading) }
  }

  #end(): void {
    if (!this.#master) return
    const { name, builder } = this.#master
    this.#master = undefined
    const lines = builder.end().text.split('\n')
    this.#lines.set(
      name,
      lines.filter((line) => !isPageNumber(line)),
    )
  }
}
