import type { XmlAttribute } from '../zip/xml.ts'

/**
 * Tells which text was deleted while changes were tracked. LibreOffice keeps such a text apart, or, in a file that shows
 * the changes, at its place between two marks.
 */
export class Deletions {
  #region = ''
  readonly #deleted = new Set<string>()
  readonly #open = new Set<string>()

  get isOpen(): boolean {
    return this.#open.size > 0
  }

  open(name: string, attribute: XmlAttribute): void {
    const id = attribute('change-id') ?? ''
    if (name === 'changed-region') this.#region = attribute('id') ?? ''
    else if (name === 'deletion') this.#deleted.add(this.#region)
    else if (name === 'change-start' && this.#deleted.has(id)) this.#open.add(id)
    else if (name === 'change-end') this.#open.delete(id)
  }
}
