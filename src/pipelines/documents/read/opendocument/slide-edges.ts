import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import type { MasterPages } from './master-pages.ts'
import type { OfficeStyle } from './styles.ts'

const DECLARED = new Set(['footer-decl', 'date-time-decl'])

/** Finds what a slide shows beside its own words: its footer, a fixed date, and the words of its master page. Each once. */
export class SlideEdges implements XmlHandler {
  readonly #masters: MasterPages
  readonly #declared = new Map<string, string>()
  #open: string | undefined
  readonly #seen = new Set<string>()

  constructor(masters: MasterPages) {
    this.#masters = masters
  }

  open(name: string, attribute: XmlAttribute): void {
    if (!DECLARED.has(name)) return
    this.#open = attribute('source') === 'current-date' ? undefined : keyOf(name, attribute)
    if (this.#open !== undefined) this.#declared.set(this.#open, '')
  }

  text(text: string): void {
    if (this.#open !== undefined)
      this.#declared.set(this.#open, (this.#declared.get(this.#open) ?? '') + text)
  }

  close(name: string): void {
    if (DECLARED.has(name)) this.#open = undefined
  }

  /** The lines of a slide that no slide before it had. */
  take(page: XmlAttribute, style: OfficeStyle | undefined): readonly string[] {
    const { hidesFooter = false, hidesDate = false, hidesMaster = false } = style ?? {}
    const lines = [
      ...(hidesDate ? [] : this.#named(`date-time-decl ${page('use-date-time-name')}`)),
      ...(hidesFooter ? [] : this.#named(`footer-decl ${page('use-footer-name')}`)),
      ...(hidesMaster ? [] : this.#masters.linesOf(page('master-page-name') ?? '')),
    ]
    const fresh = lines.filter((line) => line.trim() !== '' && !this.#seen.has(line))
    for (const line of fresh) this.#seen.add(line)
    return fresh
  }

  #named(key: string): readonly string[] {
    return this.#declared.get(key)?.split('\n') ?? []
  }
}

function keyOf(name: string, attribute: XmlAttribute): string {
  return `${name} ${attribute('name') ?? ''}`
}
