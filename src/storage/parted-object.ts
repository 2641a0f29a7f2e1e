/** R2 wants parts of one size, at least 5 MiB; only the last may be smaller. */
const PART_BYTES = 5 * 1024 * 1024

/** The first size of the part's buffer. The buffer grows from there, as 5 MiB for each of a thousand small files would be 5 GB. */
const FIRST_BYTES = 64 * 1024

/** Writes an R2 object whose size is known only at the end. R2 shows the object only when the object is whole. */
export class PartedObject {
  private readonly bucket: R2Bucket
  private readonly key: string
  private readonly options: R2PutOptions & R2MultipartOptions
  private part = new Uint8Array(FIRST_BYTES)
  private filled = 0
  private upload: R2MultipartUpload | undefined
  private readonly parts: R2UploadedPart[] = []

  constructor(bucket: R2Bucket, key: string, options: R2MultipartOptions = {}) {
    this.bucket = bucket
    this.key = key
    this.options = options
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
      // Stores nothing for an empty file, which the upload's route refuses.
      if (this.filled > 0)
        await this.bucket.put(this.key, this.part.subarray(0, this.filled), this.options)
      return
    }
    if (this.filled > 0) await this.send()
    await this.upload.complete(this.parts)
  }

  /** Removes what was uploaded so far. */
  async abort(): Promise<void> {
    await this.upload?.abort()
  }

  private hold(length: number): void {
    if (length <= this.part.length) return
    const larger = Math.min(PART_BYTES, Math.max(length, 2 * this.part.length))
    this.part = new Uint8Array(this.part.buffer.transfer(larger))
  }

  private async send(): Promise<void> {
    this.upload ??= await this.bucket.createMultipartUpload(this.key, this.options)
    const number = this.parts.length + 1
    this.parts.push(await this.upload.uploadPart(number, this.part.slice(0, this.filled)))
    this.filled = 0
  }
}
