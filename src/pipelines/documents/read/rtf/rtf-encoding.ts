import { decodeRare, isRare } from '../rare-encodings.ts'

/** The encodings of the character sets that a font may name. */
const CHARSETS: Readonly<Record<number, string>> = {
  77: 'macintosh',
  78: 'shift_jis',
  79: 'euc-kr',
  80: 'gbk',
  81: 'big5',
  85: 'cp10006',
  86: 'cp10081',
  87: 'windows-874',
  88: 'cp10029',
  89: 'x-mac-cyrillic',
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
  254: 'cp437',
  255: 'cp850',
}

const CODE_PAGES: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10_000: 'macintosh',
  10_007: 'x-mac-cyrillic',
  20_866: 'koi8-r',
  21_866: 'koi8-u',
  50_220: 'iso-2022-jp',
  51_932: 'euc-jp',
  51_949: 'euc-kr',
  54_936: 'gb18030',
  65_000: 'utf-7',
  65_001: 'utf-8',
}

export function encodingOfCharset(charset: number): string | undefined {
  return CHARSETS[charset]
}

export function encodingOfCodePage(page: number): string {
  if (page >= 1_250 && page <= 1_258) return `windows-${page}`
  // The pages of ISO 8859, of which there is no twelfth. The first one is read as windows-1252 everywhere.
  if (page > 28_591 && page <= 28_606 && page !== 28_602) return `iso-8859-${page - 28_590}`
  return CODE_PAGES[page] ?? (isRare(`cp${page}`) ? `cp${page}` : 'windows-1252')
}

/** Decodes bytes in one of these encodings. */
export function decodeIn(encoding: string, bytes: Uint8Array): string {
  return decoderOf(encoding)(bytes)
}

type Decode = (bytes: Uint8Array) => string

function decoderOf(encoding: string): Decode {
  if (isRare(encoding)) return (bytes) => decodeRare(bytes, encoding) ?? ''
  const decoder = new TextDecoder(encoding)
  return (bytes) => decoder.decode(bytes)
}

/** Outlook writes this byte in Japanese text too, where the standard has no letter for it. */
const NO_BREAK_SPACE = 0xa0

/** Decodes the bytes of a text. A letter of East Asia has several, which may be written apart. */
export class RtfBytes {
  readonly #decoders = new Map<string, Decode>()
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
    const decode = this.#decoders.get(this.#encoding) ?? decoderOf(this.#encoding)
    this.#decoders.set(this.#encoding, decode)
    const text = decode(Uint8Array.from(this.#bytes))
    const has_space = this.#encoding === 'shift_jis' && this.#bytes.includes(NO_BREAK_SPACE)
    this.#bytes = []
    return has_space ? text.replaceAll('\ufffd', '\u00a0') : text
  }
}
