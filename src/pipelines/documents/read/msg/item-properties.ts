import type { Storage } from '../compound/compound-file.ts'
import { decodeIn, encodingOfCodePage } from '../rtf/rtf-encoding.ts'
import { codePageOfLocale } from './locale.ts'

/** The properties of a message, a recipient or an attached file: each a number that MS-OXPROPS names. */
export const PROPERTY = {
  subject: 0x0037,
  headers: 0x007d,
  sent_at: 0x0039,
  received_at: 0x0e06,
  start: 0x0060,
  end: 0x0061,
  sender: 0x0c1a,
  sender_address: 0x0c1f,
  sender_smtp: 0x5d01,
  to: 0x0e04,
  cc: 0x0e03,
  bcc: 0x0e02,
  message_class: 0x001a,
  plain: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  text_code_page: 0x3ffd,
  html_code_page: 0x3fde,
  locale: 0x3ff1,
  recipient_kind: 0x0c15,
  display_name: 0x3001,
  address: 0x3003,
  smtp: 0x39fe,
  file: 0x3701,
  file_name: 0x3704,
  long_file_name: 0x3707,
  file_path: 0x3708,
  long_file_path: 0x370d,
  method: 0x3705,
  media_type: 0x370e,
  content_id: 0x3712,
  hidden: 0x7ffe,
} as const

/** The types of properties, as the names of their streams have them. */
const TYPE = { bytes: '0102', text: '001F', code_page_text: '001E', storage: '000D' }

/** The bytes before the first property with a fixed size, by what has the properties. */
export const FIXED_FROM = { message: 32, embedded: 24, part: 8 } as const

const FIXED_BYTES = 16
const FIXED = '__properties_version1.0'

/** Windows counts tenths of microseconds from 1601 on. */
const TICKS_IN_MS = 10_000n
const BEFORE_1970_MS = 11_644_473_600_000n

/** Reads the properties of one storage of a message. */
export class ItemProperties {
  readonly storage: Storage
  readonly #fixed: DataView
  readonly #code_page: number | undefined

  /** `code_page` is that of the message, for a part of the message. */
  constructor(storage: Storage, from: number, code_page?: number) {
    this.storage = storage
    const bytes = storage.stream(FIXED)?.subarray(from) ?? new Uint8Array(0)
    this.#fixed = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const locale = this.number(PROPERTY.locale)
    const own = this.number(PROPERTY.text_code_page)
    this.#code_page = own ?? (locale === undefined ? code_page : codePageOfLocale(locale))
  }

  get code_page(): number | undefined {
    return this.#code_page
  }

  number(id: number): number | undefined {
    const at = this.#place(id)
    return at === undefined ? undefined : this.#fixed.getUint32(at, true)
  }

  date(id: number): Date | undefined {
    const at = this.#place(id)
    if (at === undefined) return undefined
    const ms = this.#fixed.getBigUint64(at, true) / TICKS_IN_MS - BEFORE_1970_MS
    const date = new Date(Number(ms))
    return Number.isNaN(date.getTime()) ? undefined : date
  }

  bytes(id: number): Uint8Array | undefined {
    return this.storage.stream(nameOf(id, TYPE.bytes))
  }

  /** Reads a text in Unicode, or in the message's code page. Returns an empty text if there is none. */
  text(id: number): string {
    const unicode = this.storage.stream(nameOf(id, TYPE.text))
    if (unicode !== undefined) return withoutEnd(new TextDecoder('utf-16le').decode(unicode))
    const bytes = this.storage.stream(nameOf(id, TYPE.code_page_text))
    if (bytes === undefined) return ''
    return withoutEnd(decodeIn(encodingOfCodePage(this.#code_page ?? 1_252), bytes))
  }

  /** The storage that is the value of a property: an embedded message or object. */
  inner(id: number): Storage | undefined {
    const name = nameOf(id, TYPE.storage)
    return this.storage.storages.find((one) => one.name === name)
  }

  #place(id: number): number | undefined {
    for (let at = 0; at + FIXED_BYTES <= this.#fixed.byteLength; at += FIXED_BYTES)
      if (this.#fixed.getUint16(at + 2, true) === id) return at + 8
    return undefined
  }
}

function nameOf(id: number, type: string): string {
  return `__substg1.0_${id.toString(16).toUpperCase().padStart(4, '0')}${type}`
}

/** Some programs end a text with NUL. */
function withoutEnd(text: string): string {
  const end = text.indexOf('\0')
  return end === -1 ? text : text.slice(0, end)
}
