import type { XmlAttribute } from '../zip/xml.ts'

/** Tells which parts of tables are not seen: cells that the cell above covers, and rows whose deletion was tracked. */
export class UnseenCells {
  /** The open rows and cells. */
  #depth = 0
  #inRowProperties = false
  /** The number of open rows and cells where an unseen one began. */
  #from: number | undefined

  get isOpen(): boolean {
    return this.#from !== undefined
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'tr' || name === 'tc') this.#depth++
    else if (name === 'trPr') this.#inRowProperties = true
    else if (this.#isGone(name, attribute)) this.#from ??= this.#depth
  }

  close(name: string): void {
    if (name === 'trPr') this.#inRowProperties = false
    if (name !== 'tr' && name !== 'tc') return
    this.#depth--
    if (this.#depth < (this.#from ?? 0)) this.#from = undefined
  }

  #isGone(name: string, attribute: XmlAttribute): boolean {
    if (name === 'del') return this.#inRowProperties
    if (name === 'vMerge') return attribute('val') !== 'restart'
    return name === 'cellDel'
  }
}
