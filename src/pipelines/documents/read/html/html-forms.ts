import type { Attributes } from '../../../html/tags.ts'

/** The kinds of `input` that show their value as text. */
const TYPED = new Set([
  '',
  'text',
  'date',
  'time',
  'month',
  'week',
  'datetime-local',
  'number',
  'email',
  'tel',
  'url',
  'search',
])

/** Shows the values of a page's form as a browser does: ticks, typed words and chosen entries. */
export class HtmlForms {
  readonly #show: (text: string) => void
  #values = 0
  /** The open list of choices: the entry that is shown, and the entry that is being read. */
  #list: { chosen: string | undefined; first: string | undefined } | undefined
  #entry: { text: string; selected: boolean } | undefined

  constructor(show: (text: string) => void) {
    this.#show = show
  }

  /** The number of values that were shown. */
  get values(): number {
    return this.#values
  }

  open(tag: string, attributes: Attributes): void {
    if (tag === 'input') this.#input(attributes)
    else if (tag === 'select') this.#list = { chosen: undefined, first: undefined }
    else if (tag === 'option') this.#begin(attributes.has('selected'))
  }

  /** Takes a text of a list of choices. Returns false for another text. */
  takesText(text: string): boolean {
    if (this.#entry) this.#entry.text += text
    return this.#list !== undefined
  }

  close(tag: string): void {
    if (tag === 'option' || tag === 'select') this.#endEntry()
    if (tag !== 'select' || !this.#list) return
    const { chosen, first } = this.#list
    this.#list = undefined
    this.#value(chosen ?? first ?? '')
  }

  #input(attributes: Attributes): void {
    const type = (attributes.get('type') ?? '').toLowerCase()
    if (type === 'checkbox' || type === 'radio') this.#value(attributes.has('checked') ? '☒' : '☐')
    else if (TYPED.has(type)) this.#value(attributes.get('value') ?? '')
  }

  #value(text: string): void {
    if (text !== '') this.#values++
    this.#show(` ${text} `)
  }

  #begin(selected: boolean): void {
    this.#endEntry()
    if (this.#list) this.#entry = { text: '', selected }
  }

  #endEntry(): void {
    if (!this.#list || !this.#entry) return
    const { text, selected } = this.#entry
    this.#entry = undefined
    this.#list.first ??= text
    if (!selected) return
    this.#list.chosen = this.#list.chosen === undefined ? text : `${this.#list.chosen}, ${text}`
  }
}
