/** Elements without content. */
const VOID = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
)

/** The elements that the start tag of each of these ends, unless one of the others stands between them. */
const ENDS: ReadonlyMap<string, readonly [ended: RegExp, within: RegExp]> = new Map([
  ['li', [/^li$/, /^(?:ol|ul|menu|dir)$/]],
  ['dt', [/^d[td]$/, /^dl$/]],
  ['dd', [/^d[td]$/, /^dl$/]],
  ['tr', [/^tr$/, /^table$/]],
  ['td', [/^t[dh]$/, /^t(?:able|r)$/]],
  ['th', [/^t[dh]$/, /^t(?:able|r)$/]],
  ['tbody', [/^t(?:body|head|foot)$/, /^table$/]],
  ['tfoot', [/^t(?:body|head|foot)$/, /^table$/]],
  ['option', [/^option$/, /^(?:select|datalist|optgroup)$/]],
])

/** Blocks before whose start tag an open paragraph ends. */
const ENDS_PARAGRAPH =
  /^(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|main|menu|nav|ol|p|pre|search|section|summary|table|ul)$/

/** An end tag within one of these ends no element outside it, unless it is a part of the table. */
const BARRIER = /^(?:td|th|caption|table)$/
const TABLE_PART = /^(?:table|t(?:body|head|foot|r|d|h)|caption)$/

/** More open elements than these are not tracked, and an end is looked for among so many. */
const MOST = { open: 1_000, searched: 100 }

/** The open elements of a page, with the ends that a page may leave out. */
export class OpenElements {
  readonly #names: string[] = []

  get depth(): number {
    return this.#names.length
  }

  /** The name of the innermost open element. */
  get last(): string {
    return this.#names.at(-1) ?? ''
  }

  /** Opens an element. Returns false for one without content, and for one that is too deep to be tracked. */
  open(tag: string): boolean {
    if (VOID.has(tag) || this.#names.length >= MOST.open) return false
    this.#names.push(tag)
    return true
  }

  close(count: number): void {
    this.#names.length -= count
  }

  /** The number of elements that end before this start tag. */
  endedBy(tag: string): number {
    if (ENDS_PARAGRAPH.test(tag)) return this.#upTo((name) => name === 'p', BARRIER)
    const ends = ENDS.get(tag)
    if (!ends) return 0
    const [ended, within] = ends
    return this.#upTo((name) => ended.test(name), within)
  }

  /** The number of elements that this end tag ends. */
  closedBy(tag: string): number {
    return this.#upTo((name) => name === tag, TABLE_PART.test(tag) ? undefined : BARRIER)
  }

  #upTo(isFound: (name: string) => boolean, barrier: RegExp | undefined): number {
    const lowest = Math.max(0, this.#names.length - MOST.searched)
    for (let at = this.#names.length - 1; at >= lowest; at--) {
      const name = this.#names[at] ?? ''
      if (isFound(name)) return this.#names.length - at
      if (barrier?.test(name) === true) return 0
    }
    return 0
  }
}
