import type { DocumentNotice } from '../../../../protocol/document.ts'
import { OCR_LIMITS, type PictureFile, recognise, SURE } from '../../ocr/ocr.ts'
import { leftOut, readAsText } from '../../text/notice.ts'
import { pictureKind } from '../document-kind.ts'
import type { ExtractPorts } from '../extract-ports.ts'

/** The most pictures of one document that are recognised, and the most bytes of one. */
export const PICTURE_LIMITS = { pictures: 20, bytes: 8_000_000 }

/** A smaller picture is an icon. Two lines of text take more, even in black and white. */
const LEAST_BYTES = 2_000

/** In a logo or a photograph few letters are found, or many with little confidence. */
const LEAST_LETTERS = 20

export type PictureLines = readonly string[]

/** Recognises the pictures within one document, which may be pages that somebody scanned. */
export class PictureReader {
  readonly #ports: ExtractPorts
  readonly #until: number
  #tried = 0
  #read = 0
  #leftOut = 0

  constructor(ports: ExtractPorts, now = Date.now()) {
    this.#ports = ports
    this.#until = now + OCR_LIMITS.ms
  }

  /**
   * Recognises a picture. Answers its lines, or undefined if it has no text or cannot be read. `bytes` is undefined for a
   * picture that cannot be taken out. `progress`: how much of the document was read before, in percent.
   */
  async read(bytes: Uint8Array | undefined, progress: number): Promise<PictureLines | undefined> {
    if (bytes !== undefined && bytes.length < LEAST_BYTES) return undefined
    const { ocr, signal, say } = this.#ports
    const file = this.#fileOf(bytes)
    if (file === undefined || ocr === undefined) {
      this.#leftOut += 1
      return undefined
    }
    this.#tried += 1
    say(progress, `Recognising picture ${this.#tried}`)
    const page = (await recognise(ocr, file, { signal, say: () => undefined })).get(1)
    if (page === undefined || page.confidence < SURE || !hasText(page.lines)) return undefined
    this.#read += 1
    return page.lines
  }

  /** Counts pictures that cannot be taken out. */
  leaveOut(count: number): void {
    this.#leftOut += count
  }

  /** Returns the picture as it is sent. Undefined for a drawing, and beyond the limits. */
  #fileOf(bytes: Uint8Array | undefined): PictureFile | undefined {
    const kind = bytes && pictureKind(bytes)
    const isOver = this.#tried >= PICTURE_LIMITS.pictures || Date.now() > this.#until
    if (bytes === undefined || kind === undefined || isOver) return undefined
    if (bytes.length > PICTURE_LIMITS.bytes) return undefined
    return { bytes, media_type: `image/${kind}`, pages: [1] }
  }

  notices(): DocumentNotice[] {
    return [...readAsText(this.#read), ...leftOut('pictures_left_out', this.#leftOut)]
  }
}

function hasText(lines: PictureLines): boolean {
  return (lines.join('').match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= LEAST_LETTERS
}
