import { bytesOfAddress } from './data-address.ts'
import type { PictureLines, PictureReader } from './picture-reader.ts'

/** A picture that stands in the text: its bytes in base64. */
const PICTURE = /data:image\/[a-z.+-]{1,20};base64,[\w+/=%-]{20,}/gi

/** A short address in place of a picture. markdown-it shows no other ones as pictures. */
const SHORT = 'data:image/png;base64,'
const SHORT_ADDRESS = /data:image\/png;base64,\d{1,7}(?![\w+/=%-])/g

/** The pictures that stand in the text of a Markdown file. */
export class MarkdownPictures {
  readonly #lines: Map<string, PictureLines>
  /** The file's text with a short address for each picture. */
  readonly text: string

  private constructor(text: string, lines: Map<string, PictureLines>) {
    this.text = text
    this.#lines = lines
  }

  /** Recognises the pictures in a text. */
  static async of(text: string, reader: PictureReader): Promise<MarkdownPictures> {
    const numbers = new Map<string, number>()
    const shortened = text.replaceAll(PICTURE, (address) => {
      const number = numbers.get(address) ?? numbers.size + 1
      numbers.set(address, number)
      return `${SHORT}${number}`
    })
    const lines = new Map<string, PictureLines>()
    for (const [address, number] of numbers) {
      const read = await reader.read(bytesOfAddress(address), 0)
      if (read !== undefined) lines.set(`${SHORT}${number}`, read)
    }
    return new MarkdownPictures(shortened, lines)
  }

  /** Returns the lines of the pictures at the addresses in a text, each picture once. */
  take(text: string): PictureLines[] {
    return (text.match(SHORT_ADDRESS) ?? []).flatMap((address) => {
      const lines = this.#lines.get(address)
      this.#lines.delete(address)
      return lines === undefined ? [] : [lines]
    })
  }

  /** Returns the lines of the pictures that were not taken. */
  rest(): PictureLines[] {
    return [...this.#lines.values()]
  }
}
