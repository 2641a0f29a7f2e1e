import { joinBytes } from '../../../../join-bytes.ts'
import { bomOf, knownLabel } from '../../../html/charset.ts'

/** The first bytes of an XML file, which show its encoding. */
const HEAD = 200

/** Decodes an XML file piece by piece, in the encoding that its first bytes show: UTF-8, UTF-16, or a declared one. */
export class XmlDecoder {
  #head: Uint8Array = new Uint8Array(0)
  #decoder: TextDecoder | undefined

  decode(piece: Uint8Array): string {
    if (this.#decoder) return this.#decoder.decode(piece, { stream: true })
    this.#head = joinBytes([this.#head, piece])
    return this.#head.length < HEAD ? '' : this.#begin()
  }

  end(): string {
    const text = this.#decoder ? '' : this.#begin()
    return text + (this.#decoder?.decode() ?? '')
  }

  #begin(): string {
    this.#decoder = new TextDecoder(encodingOf(this.#head))
    return this.#decoder.decode(this.#head, { stream: true })
  }
}

function encodingOf(head: Uint8Array): string {
  const [a, b] = head
  if (a === 0x3c && b === 0) return 'utf-16le'
  if (a === 0 && b === 0x3c) return 'utf-16be'
  return bomOf(head) ?? knownLabel(declaredIn(head)) ?? 'utf-8'
}

/** A part whose declaration can be read byte by byte is not in UTF-16. */
function declaredIn(head: Uint8Array): string | undefined {
  const text = new TextDecoder('latin1').decode(head)
  const label = /^\s*<\?xml[^<>]*\sencoding\s*=\s*["']([^"'<>]+)/i.exec(text)?.[1]
  return label !== undefined && /^utf-?16/i.test(label) ? undefined : label
}
