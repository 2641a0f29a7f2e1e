/** A picture of an RTF: its own bytes, or the address that a page of mail had for it. */
export type RtfPicture =
  | { readonly kind: 'bytes'; readonly key: string; readonly bytes: Uint8Array }
  | { readonly kind: 'address'; readonly address: string }

/** The tag of a page that Outlook keeps in RTF (MS-OXRTFEX), if it is that of a picture. */
const PICTURE_TAG = /<im(?:g|age)\b[^<>]*\ssrc\s*=\s*["']?([^"'\s<>]+)/i

/** Collects the pictures of an RTF. */
export class RtfPictures {
  #hex: string[] = []
  #raw = ''
  #tag = ''
  #found: RtfPicture | undefined

  begin(): void {
    this.#hex = []
    this.#raw = ''
    this.#tag = ''
  }

  /** Takes digits of a picture, two for a byte. */
  hex(digits: string): void {
    this.#hex.push(digits)
  }

  /** Takes the bytes of a picture, one character for each. */
  raw(bytes: string): void {
    this.#raw += bytes
  }

  tag(text: string): void {
    this.#tag += text
  }

  endPicture(): void {
    const hex = this.#hex.join('').replaceAll(/[^\da-f]/gi, '')
    const bytes = this.#raw === '' ? bytesOf(hex) : latin1(this.#raw)
    if (bytes.length > 0) this.#found = { kind: 'bytes', key: this.#raw || hex, bytes }
  }

  endTag(): void {
    const address = PICTURE_TAG.exec(this.#tag)?.[1]
    if (address !== undefined) this.#found = { kind: 'address', address }
  }

  /** Returns the picture that ended last, once. */
  take(): RtfPicture | undefined {
    const found = this.#found
    this.#found = undefined
    return found
  }
}

function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  return bytes
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}
