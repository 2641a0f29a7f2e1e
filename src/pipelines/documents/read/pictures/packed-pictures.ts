import type { Relation } from '../office/relations.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { PICTURE_LIMITS, type PictureLines, type PictureReader } from './picture-reader.ts'

/** The pictures among the parts of a document that is a ZIP. A picture that several parts show is read once. */
export class PackedPictures {
  readonly #parts: ZipPackage
  readonly #reader: PictureReader
  readonly #seen = new Set<string>()

  constructor(parts: ZipPackage, reader: PictureReader) {
    this.#parts = parts
    this.#reader = reader
  }

  /**
   * Recognises the pictures among the relations of a part. Answers the lines of those with text, by the ids of their
   * relations. `progress`: how much of the document was read before, in percent.
   */
  async read(
    relations: readonly Relation[],
    progress: number,
  ): Promise<ReadonlyMap<string, PictureLines>> {
    const found = new Map<string, PictureLines>()
    for (const { id, type, path } of relations) {
      if (type !== 'image' || this.#seen.has(path)) continue
      this.#seen.add(path)
      const bytes = this.#parts.optional(path, PICTURE_LIMITS.bytes)
      const lines = await this.#reader.read(bytes, progress)
      if (lines !== undefined) found.set(id, lines)
    }
    return found
  }
}
