import type { DocumentNotice } from '../../../protocol/document.ts'
import type { PageLayout } from '../page-layout.ts'

/** The start of a page in the text. */
export type PageStart = {
  readonly page: number
  readonly start: number
  /** The label that is printed on the page, if it is another one than the page's number. */
  readonly label?: string
}

/** A heading in the text. `level` is from 1 (the title) to 6. */
export type Heading = {
  readonly start: number
  readonly end: number
  readonly level: number
  readonly text: string
}

/** The text of a document of any kind. All offsets count UTF-16 units of `text`. */
export type Extracted = {
  /** Well-formed text without NUL. Lines end with \n. */
  readonly text: string
  readonly pages: readonly PageStart[]
  /** True if the file does not show where its pages begin: then no passage is on a page. */
  readonly unpaged?: boolean
  readonly headings: readonly Heading[]
  readonly title?: string
  /** Where lines stand that the file itself does not have as text, because they were read from a picture of the page. */
  readonly layouts?: readonly PageLayout[]
  /** What the text lacks of the file. */
  readonly notices?: readonly DocumentNotice[]
}
