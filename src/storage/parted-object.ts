/** R2 takes parts of one size, at least 5 MiB; the last may be smaller. */
const PART_BYTES = 5 * 1024 * 1024

/** What is held for a part at first: a thousand small files would otherwise take 5 GB in turn. */
const FIRST_BYTES = 64 * 1024

/** An object of R2 of a size that is known at its end only: it is there whole, or not at all. */
export class PartedObject {
  private readonly bucket: R2Bucket
  private readonly key: string
  private part = new Uint8Array(FIRST_BYTES)
  private filled = 0
  private upload: R2MultipartUpload | undefined
  private readonly parts: R2UploadedPart[] = []

  constructor(bucket: R2Bucket, key: string) {
    this.bucket = bucket
    this.key = key
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + PART_BYTES - this.filled)
      this.hold(this.filled + piece.length)
      this.part.set(piece, this.filled)
      this.filled += piece.length
      at += piece.length
      if (this.filled === PART_BYTES) await this.send()
    }
  }

  async end(): Promise<void> {
    if (this.upload === undefined) {
      // A file without a byte is refused: there is nothing to keep.
      if (this.filled > 0) await this.bucket.put(this.key, this.part.subarray(0, this.filled))
      return
    }
    if (this.filled > 0) await this.send()
    await this.upload.complete(this.parts)
  }

  /** Leaves nothing of it. */
  async abort(): Promise<void> {
    await this.upload?.abort()
  }

  private hold(length: number): void {
    if (length <= this.part.length) return
    const larger = Math.min(PART_BYTES, Math.max(length, 2 * this.part.length))
    this.part = new Uint8Array(this.part.buffer.transfer(larger))
  }

  private async send(): Promise<void> {
    this.upload ??= await this.bucket.createMultipartUpload(this.key)
    const number = this.parts.length + 1
    this.parts.push(await this.upload.uploadPart(number, this.part.slice(0, this.filled)))
    this.filled = 0
  }
}
