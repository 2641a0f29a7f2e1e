/** Where a page begins in the text. */
export type PageStart = { readonly page: number; readonly start: number }

/** A heading as it stands in the text; `level` from 1 (the title) to 6. */
export type Heading = {
  readonly start: number
  readonly end: number
  readonly level: number
  readonly text: string
}

/** A document's text, whatever it was read from. All offsets count UTF-16 units of `text`. */
export type Extracted = {
  /** Well formed, without NUL, lines ending in \n. */
  readonly text: string
  readonly pages: readonly PageStart[]
  readonly headings: readonly Heading[]
  readonly title?: string
}
