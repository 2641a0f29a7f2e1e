import { type HtmlSink, readHtml } from '../../../html/html-events.ts'
import type { Attributes } from '../../../html/tags.ts'
import { bytesOfAddress, isDataPicture } from './data-address.ts'
import type { PictureLines, PictureReader } from './picture-reader.ts'

/** The lines of recognised pictures, by the addresses that the page has for them. */
export type LinesByAddress = ReadonlyMap<string, PictureLines>

/** Finds a picture that came with the page. `key` tells it from others. Undefined for one that is elsewhere. */
export type FindPicture = (
  address: string,
) => { readonly key: string; readonly bytes: Uint8Array | undefined } | undefined

/** Returns the address of a picture. Undefined for another element. */
export function pictureAddress(tag: string, attributes: Attributes): string | undefined {
  // A drawing (SVG) may hold a picture.
  if (tag === 'image') return attributes.get('xlink:href') ?? attributes.get('href')
  const address = attributes.get(tag === 'object' ? 'data' : 'src')
  if (tag === 'img' || address === undefined) return address
  return EMBEDDING.has(tag) && isDataPicture(address) ? address : undefined
}

/** Elements that show a picture among other things. */
const EMBEDDING = new Set(['object', 'embed', 'input'])

/** The pictures that come with pages of HTML: in their addresses, in a message, or in a book. Each is read once. */
export class HtmlPictures {
  readonly #reader: PictureReader
  readonly #seen = new Set<string>()

  constructor(reader: PictureReader) {
    this.#reader = reader
  }

  /** Recognises the pictures of one page. `progress`: how much of the document was read before, in percent. */
  async read(html: string, progress: number, find: FindPicture = () => undefined) {
    const lines = new Map<string, PictureLines>()
    for (const address of addressesIn(html)) {
      const found = isDataPicture(address) ? inAddress(address) : find(address)
      if (found === undefined || this.#seen.has(found.key)) continue
      this.#seen.add(found.key)
      const read = await this.#reader.read(found.bytes, progress)
      if (read !== undefined) lines.set(address, read)
    }
    return lines
  }
}

function inAddress(address: string) {
  return { key: address, bytes: bytesOfAddress(address) }
}

function addressesIn(html: string): ReadonlySet<string> {
  const found = new Set<string>()
  if (!/<(?:im(?:g|age)|object|embed|input)\b/i.test(html)) return found
  const sink: HtmlSink = {
    open: (tag, _href, attributes) => {
      const address = pictureAddress(tag, attributes)
      if (address !== undefined) found.add(address)
    },
    text: () => {},
    close: () => {},
  }
  readHtml(html, [sink])
  return found
}
