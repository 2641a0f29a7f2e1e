import type { XmlAttribute } from '../zip/xml.ts'

/** Shows the values of a document's form where its controls stand. */
export class FormControls {
  readonly #shown = new Map<string, string>()
  /** The open list of choices, and the choices that are made in it. */
  #list: { readonly id: string; readonly chosen: string[] } | undefined

  open(name: string, attribute: XmlAttribute): void {
    const id = attribute('id') ?? ''
    if (name === 'checkbox' || name === 'radio') this.#tick(id, attribute)
    else if (name === 'listbox') this.#list = { id, chosen: [] }
    else if (name === 'option') this.#choose(attribute)
    else if (TYPED.has(name))
      this.#shown.set(id, attribute('current-value') ?? attribute('value') ?? '')
  }

  close(name: string): void {
    if (name !== 'listbox' || !this.#list) return
    this.#shown.set(this.#list.id, this.#list.chosen.join(', '))
    this.#list = undefined
  }

  /** The text of a control, by the id that the text uses. */
  textOf(id: string): string {
    return this.#shown.get(id) ?? ''
  }

  #tick(id: string, attribute: XmlAttribute): void {
    const state = attribute('current-state') ?? attribute('state') ?? attribute('current-selected')
    const mark = state === 'checked' || state === 'true' ? '☒' : '☐'
    this.#shown.set(id, `${mark} ${attribute('label') ?? ''}`.trim())
  }

  #choose(attribute: XmlAttribute): void {
    const chosen = attribute('current-selected') ?? attribute('selected')
    if (chosen === 'true') this.#list?.chosen.push(attribute('label') ?? '')
  }
}

const TYPED = new Set([
  'text',
  'textarea',
  'formatted-text',
  'number',
  'date',
  'time',
  'combobox',
  'fixed-text',
])
