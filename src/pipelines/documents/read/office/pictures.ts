import type { DocumentNotice } from '../../../../protocol/document.ts'
import { OCR_LIMITS, recognise, SURE } from '../../ocr/ocr.ts'
import { leftOut, readAsText } from '../../text/notice.ts'
import { pictureKind } from '../document-kind.ts'
import type { ExtractPorts } from '../extract-ports.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import type { Relation } from './relations.ts'

/** The most pictures of one document that are recognised, and the most bytes of one. */
export const PICTURE_LIMITS = { pictures: 20, bytes: 8_000_000 }

/** A smaller picture is an icon. Two lines of text take more, even in black and white. */
const LEAST_BYTES = 2_000

/** In a logo or a photograph few letters are found, or many with little confidence. */
const LEAST_LETTERS = 20

type Lines = readonly string[]

/** The pictures of an Office document, which may be pages that somebody scanned. */
export class OfficePictures {
  readonly #parts: ZipPackage
  readonly #ports: ExtractPorts
  /** A picture that several parts show is read once. */
  readonly #seen = new Set<string>()
  readonly #until: number
  #tried = 0
  #read = 0
  #leftOut = 0

  constructor(parts: ZipPackage, ports: ExtractPorts, now = Date.now()) {
    this.#parts = parts
    this.#ports = ports
    this.#until = now + OCR_LIMITS.ms
  }

  /**
   * Recognises the pictures among the relations of a part. Answers the lines of those with text, by the ids of their
   * relations. `progress`: how much of the document was read before, in percent.
   */
  async read(
    relations: readonly Relation[],
    progress: number,
  ): Promise<ReadonlyMap<string, Lines>> {
    const found = new Map<string, Lines>()
    for (const { id, type, path } of relations) {
      if (type !== 'image' || this.#seen.has(path)) continue
      this.#seen.add(path)
      const lines = await this.#linesOf(path, progress)
      if (lines !== undefined) found.set(id, lines)
    }
    return found
  }

  notices(): DocumentNotice[] {
    return [...readAsText(this.#read), ...leftOut('pictures_left_out', this.#leftOut)]
  }

  async #linesOf(path: string, progress: number): Promise<Lines | undefined> {
    const bytes = this.#parts.optional(path, PICTURE_LIMITS.bytes)
    if (bytes !== undefined && bytes.length < LEAST_BYTES) return undefined
    const kind = bytes && pictureKind(bytes)
    const { ocr, signal, say } = this.#ports
    const isOver = this.#tried >= PICTURE_LIMITS.pictures || Date.now() > this.#until
    if (bytes === undefined || kind === undefined || ocr === undefined || isOver) {
      this.#leftOut += 1
      return undefined
    }
    this.#tried += 1
    say(progress, `Recognising picture ${this.#tried}`)
    const file = { bytes, media_type: `image/${kind}`, pages: [1] } as const
    const page = (await recognise(ocr, file, { signal, say: () => undefined })).get(1)
    if (page === undefined || page.confidence < SURE || !hasText(page.lines)) return undefined
    this.#read += 1
    return page.lines
  }
}

function hasText(lines: Lines): boolean {
  return (lines.join('').match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= LEAST_LETTERS
}
