import type { XmlAttribute } from '../zip/xml.ts'

/** The most columns of one cell that are kept apart. */
const MAX_SPAN = 16

/**
 * Tells which parts of tables are not seen: cells that the cell above covers, and rows whose deletion was tracked. Tells
 * also how many columns a cell covers.
 */
export class UnseenCells {
  /** The columns of each open cell. */
  readonly #spans: number[] = []
  /** The open rows and cells. */
  #depth = 0
  #inRowProperties = false
  /** The number of open rows and cells where an unseen one began. */
  #from: number | undefined

  get isOpen(): boolean {
    return this.#from !== undefined
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'tc') this.#spans.push(1)
    if (name === 'tr' || name === 'tc') this.#depth++
    else if (name === 'gridSpan') this.#takeSpan(Number(attribute('val')))
    else if (name === 'trPr') this.#inRowProperties = true
    else if (this.#isGone(name, attribute)) this.#from ??= this.#depth
  }

  close(name: string): void {
    if (name === 'trPr') this.#inRowProperties = false
    if (name !== 'tr' && name !== 'tc') return
    this.#depth--
    if (this.#depth < (this.#from ?? 0)) this.#from = undefined
  }

  /** The columns that a cell which ends covers beside its own. */
  endCell(): number {
    return (this.#spans.pop() ?? 1) - 1
  }

  #takeSpan(span: number): void {
    if (this.#spans.length > 0 && span > 1)
      this.#spans[this.#spans.length - 1] = Math.min(Math.trunc(span), MAX_SPAN)
  }

  #isGone(name: string, attribute: XmlAttribute): boolean {
    if (name === 'del') return this.#inRowProperties
    if (name === 'vMerge') return attribute('val') !== 'restart'
    return name === 'cellDel'
  }
}
