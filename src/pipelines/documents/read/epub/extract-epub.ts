import { nextTurn } from '../../../../pause.ts'
import { type HtmlSink, readHtml } from '../../../html/html-events.ts'
import { type Attributes, readTags } from '../../../html/tags.ts'
import { DocumentFailure } from '../../document-failure.ts'
import type { Extracted } from '../../text/extracted.ts'
import { leftOut } from '../../text/notice.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { decodeHtml } from '../decode-text.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import { HtmlText } from '../html/html-text.ts'
import { opened } from '../html/self-closed.ts'
import { shownHtml } from '../html/shown-html.ts'
import { pathOf } from '../office/relations.ts'
import { HtmlPictures } from '../pictures/html-pictures.ts'
import { PICTURE_LIMITS, PictureReader } from '../pictures/picture-reader.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { type Book, readBook } from './book.ts'

const PROTECTED =
  'This e-book is protected (DRM), and only its seller’s programs open it. Upload a copy without protection.'

/** Reads the chapters of an e-book in their order. Its pages are those of the printed book, if it names them. */
export async function extractEpub(
  parts: ZipPackage,
  ports: ExtractPorts,
  limits: ExtractLimits,
): Promise<Extracted> {
  ports.say(0, 'Unpacking the book')
  await nextTurn(ports.signal)
  const book = await readBook(parts)
  if (await isProtected(parts, book)) throw new DocumentFailure('encrypted', PROTECTED)
  const builder = new TextBuilder()
  const printed = new PrintedPages(builder)
  const reader = new PictureReader(ports)
  const shown = new HtmlPictures(reader)
  const styles = new BookStyles(parts)
  let hiddenParts = 0
  for (const [at, path] of book.chapters.entries()) {
    ports.say(
      (100 * at) / book.chapters.length,
      `Reading part ${at + 1} of ${book.chapters.length}`,
    )
    if (at % 10 === 0) await nextTurn(ports.signal)
    const page = opened(await decodeHtml(parts.bytes(path)))
    const { html, hidden } = shownHtml(page, (to) => styles.at(pathAt(to, path)))
    hiddenParts += hidden
    const progress = (100 * at) / book.chapters.length
    const pictures = await shown.read(html, progress, (to) => pictureAt(to, path, parts))
    readHtml(html, [new HtmlText({ html, pictures, whole: true }, builder), printed])
    builder.endHeading()
    builder.endTable()
    checkLength(builder.length, limits)
  }
  const notices = [
    ...leftOut('hidden_text_left_out', hiddenParts),
    ...leftOut('parts_missing', book.missing),
    ...reader.notices(),
  ]
  const more = { notices }
  const isPaged = printed.labels.length > 0
  return printed.named(builder.end(book.title, isPaged ? more : { ...more, unpaged: true }))
}

/** The most bytes of a style sheet that is read. */
const STYLE_BYTES = 100_000

/** The style sheets of a book. One that hides nothing counts as empty, as each chapter may name it. */
class BookStyles {
  readonly #parts: ZipPackage
  readonly #known = new Map<string, string>()

  constructor(parts: ZipPackage) {
    this.#parts = parts
  }

  at(path: string): string {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const bytes = this.#parts.has(path) ? this.#parts.optional(path, STYLE_BYTES) : undefined
    const css = new TextDecoder().decode(bytes)
    const hiding = HIDING.test(css) ? css : ''
    this.#known.set(path, hiding)
    return hiding
  }
}

/** Matches a style sheet that may hide something. */
const HIDING =
  /:\s*(?:none|hidden|collapse)\b|:\s*-\d{3}|\b(?:opacity|font-size)\s*:\s*0|\bclip(?:-path)?\s*:/i

function pathAt(address: string, chapter: string): string {
  return pathOf(address, chapter.slice(0, chapter.lastIndexOf('/') + 1))
}

/** Finds the picture of a book that stands at an address of a chapter. */
function pictureAt(address: string, chapter: string, parts: ZipPackage) {
  const path = pathAt(address, chapter)
  return parts.has(path)
    ? { key: path, bytes: parts.optional(path, PICTURE_LIMITS.bytes) }
    : undefined
}

/** Collects the places at which a page of the printed book begins. */
class PrintedPages implements HtmlSink {
  readonly #builder: TextBuilder
  readonly labels: string[] = []

  constructor(builder: TextBuilder) {
    this.#builder = builder
  }

  open(_tag: string, _href: string | null, attributes: Attributes): void {
    const isPage =
      attributes.get('epub:type') === 'pagebreak' || attributes.get('role') === 'doc-pagebreak'
    if (!isPage) return
    const label = attributes.get('title') ?? attributes.get('aria-label')
    this.labels.push(label?.trim() ?? '')
    // Page 1 is the text before the first break.
    this.#builder.pageWithin(this.labels.length + 1)
  }

  text(): void {}
  close(): void {}

  /** Gives each page the label that is printed on it. */
  named(extracted: Extracted): Extracted {
    if (this.labels.length === 0) return extracted
    const pages = extracted.pages.map((page) => {
      const label = this.labels[page.page - 2] ?? ''
      return label === '' || label === String(page.page) ? page : { ...page, label }
    })
    const isFirst = pages[0]?.start === 0
    return { ...extracted, pages: isFirst ? pages : [{ page: 1, start: 0 }, ...pages] }
  }
}

/** Whether a chapter is encrypted. Many books have encrypted fonts alone. */
async function isProtected(parts: ZipPackage, { chapters }: Book): Promise<boolean> {
  const path = 'META-INF/encryption.xml'
  if (!parts.has(path)) return false
  const found = new Set<string>()
  readTags(
    await decodeHtml(parts.bytes(path)),
    {
      open: (name, attributes) => {
        if (name.endsWith('CipherReference')) found.add(pathOf(attributes.get('URI') ?? '', ''))
      },
    },
    { xml: true },
  )
  return chapters.some((chapter) => found.has(chapter))
}
