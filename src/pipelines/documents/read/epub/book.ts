import { readTags } from '../../../html/tags.ts'
import { DocumentFailure } from '../../document-failure.ts'
import { decodeHtml } from '../decode-text.ts'
import { pathOf } from '../office/relations.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

export type Book = {
  readonly title: string | undefined
  /** The paths of the chapters, in the order of reading. */
  readonly chapters: readonly string[]
  /** How many of the chapters the file does not have. */
  readonly missing: number
}

/** Reads a book's own list of its chapters. */
export async function readBook(parts: ZipPackage): Promise<Book> {
  const main = await rootOf(parts)
  const folder = main.slice(0, main.lastIndexOf('/') + 1)
  const items = new Map<string, string>()
  const order: string[] = []
  let title: string | undefined
  let inTitle = false
  readTags(
    await decodeHtml(parts.bytes(main)),
    {
      open: (name, attributes) => {
        const local = name.slice(name.indexOf(':') + 1)
        inTitle = local === 'title' && title === undefined
        if (local === 'itemref') order.push(attributes.get('idref') ?? '')
        if (local !== 'item' || !isPage(attributes.get('media-type'))) return
        items.set(attributes.get('id') ?? '', pathOf(attributes.get('href') ?? '', folder))
      },
      text: (text) => {
        if (inTitle) title = (title ?? '') + text
      },
      close: () => void (inTitle = false),
    },
    { xml: true },
  )
  const named = new Set(order.flatMap((id) => items.get(id) ?? []))
  const chapters = [...named].filter((path) => parts.has(path))
  if (chapters.length === 0) throw new DocumentFailure('damaged')
  return { title, chapters, missing: named.size - chapters.length }
}

function isPage(type = ''): boolean {
  return /x?html|svg/i.test(type)
}

async function rootOf(parts: ZipPackage): Promise<string> {
  let path = ''
  readTags(
    await decodeHtml(parts.bytes('META-INF/container.xml')),
    {
      open: (name, attributes) => {
        if (name.endsWith('rootfile') && path === '') path = attributes.get('full-path') ?? ''
      },
    },
    { xml: true },
  )
  if (!parts.has(path)) throw new DocumentFailure('damaged')
  return path
}
