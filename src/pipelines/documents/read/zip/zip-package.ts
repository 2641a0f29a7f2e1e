import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import { readXml, type XmlHandler, xmlStream } from './xml.ts'
import { readDirectory, type ZipEntry } from './zip-directory.ts'
import { readBytes, readText, type WantedPart } from './zip-part.ts'

/** A document that is a ZIP of parts. A part is unpacked when it is asked for; a missing part is empty. */
export class ZipPackage {
  readonly #zip: Uint8Array
  readonly #limits: ExtractLimits
  readonly #entries: ReadonlyMap<string, ZipEntry>
  /** The names by which other programs may write them: Windows does not tell small letters from capital ones. */
  readonly #names: ReadonlyMap<string, string>
  /** The bytes that all parts together may still unpack to. */
  #left: number

  constructor(zip: Uint8Array, limits: ExtractLimits) {
    this.#zip = zip
    this.#limits = limits
    this.#entries = readDirectory(zip, limits)
    this.#names = new Map([...this.#entries.keys()].map((name) => [name.toLowerCase(), name]))
    this.#left = limits.package_bytes
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()]
  }

  has(path: string | undefined): boolean {
    return this.#entry(path) !== undefined
  }

  /** Unpacks an XML part. */
  text(path: string | undefined): string {
    const wanted = this.#wanted(path, this.#limits.part_bytes)
    if (wanted === undefined) return ''
    let xml = ''
    readText(this.#zip, wanted, (piece) => {
      xml += piece
    })
    this.#spend(xml.length)
    if (DECLARATION.test(xml)) throw new DocumentFailure('entity_bomb')
    return xml
  }

  /** Reads an XML part of any length while it is unpacked, so that memory never holds the whole part. */
  stream(path: string | undefined, handler: XmlHandler): void {
    const wanted = this.#wanted(path, this.#limits.stream_part_bytes)
    if (wanted === undefined) return
    const stream = xmlStream(handler)
    readText(this.#zip, wanted, (piece) => {
      this.#spend(piece.length)
      stream.write(piece)
    })
    stream.end()
  }

  read(path: string | undefined, handler: XmlHandler): void {
    readXml(this.text(path), handler)
  }

  /** Unpacks a part of any kind. */
  bytes(path: string | undefined): Uint8Array {
    const wanted = this.#wanted(path, this.#limits.part_bytes)
    if (wanted === undefined) return new Uint8Array(0)
    const bytes = readBytes(this.#zip, wanted)
    this.#spend(bytes.length)
    return bytes
  }

  /**
   * Unpacks a part that the document can do without. Undefined if the part is missing, damaged, or larger than `most`. Such
   * a part does not count among the bytes of a document.
   */
  optional(path: string, most: number): Uint8Array | undefined {
    const entry = this.#entry(path)
    if (entry === undefined || entry.protected || entry.unpacked > most) return undefined
    try {
      return readBytes(this.#zip, { entry, limit: most })
    } catch (error) {
      if (error instanceof DocumentFailure) return undefined
      throw error
    }
  }

  #entry(path = ''): ZipEntry | undefined {
    return this.#entries.get(path) ?? this.#entries.get(this.#names.get(path.toLowerCase()) ?? path)
  }

  #wanted(path: string | undefined, limit: number): WantedPart | undefined {
    const entry = this.#entry(path)
    if (entry?.protected === true) throw new DocumentFailure('not_a_docx')
    return entry && { entry, limit }
  }

  #spend(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw new DocumentFailure('too_large')
  }
}

/** Matches a declaration. No document has one, and its text escapes each `<`. */
const DECLARATION = /<!(?:DOCTYPE|ENTITY)/i
