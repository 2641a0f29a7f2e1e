/** The encodings of the character sets that a font may name. */
const CHARSETS: Readonly<Record<number, string>> = {
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
}

const CODE_PAGES: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10_000: 'macintosh',
  65_001: 'utf-8',
}

export function encodingOfCharset(charset: number): string | undefined {
  return CHARSETS[charset]
}

export function encodingOfCodePage(page: number): string {
  const windows = page >= 1_250 && page <= 1_258 ? `windows-${page}` : undefined
  return CODE_PAGES[page] ?? windows ?? 'windows-1252'
}

/** Decodes the bytes of a text. A letter of East Asia has several, which may be written apart. */
export class RtfBytes {
  readonly #decoders = new Map<string, TextDecoder>()
  #bytes: number[] = []
  #encoding = ''

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  /** Whether a byte of this encoding can be added. */
  takes(encoding: string): boolean {
    return this.isEmpty || this.#encoding === encoding
  }

  add(byte: number, encoding: string): void {
    this.#encoding = encoding
    this.#bytes.push(byte)
  }

  take(): string {
    const decoder = this.#decoders.get(this.#encoding) ?? new TextDecoder(this.#encoding)
    this.#decoders.set(this.#encoding, decoder)
    const text = decoder.decode(Uint8Array.from(this.#bytes))
    this.#bytes = []
    return text
  }
}
