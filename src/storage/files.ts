import { hex, randomHex } from '../digest.ts'
import { joinBytes } from '../join-bytes.ts'
import type { FileStore, KeptFile } from './file-store.ts'
import { PartedObject } from './parted-object.ts'

/** The number of first bytes that show the kind of a file. */
const HEAD_BYTES = 8_192

export function openFiles(bucket: R2Bucket): FileStore {
  return {
    put: (bytes) => keep(bucket, bytes),
    async read(key) {
      const object = await bucket.get(key)
      return object === null ? undefined : new Uint8Array(await object.arrayBuffer())
    },
    async open(key) {
      const object = await bucket.get(key)
      return object === null ? undefined : { body: object.body, size: object.size }
    },
    async remove(keys) {
      if (keys.length > 0) await bucket.delete([...keys])
    },
  }
}

async function keep(bucket: R2Bucket, bytes: AsyncIterable<Uint8Array>): Promise<KeptFile> {
  const key = randomHex(16)
  const object = new PartedObject(bucket, key)
  const head = new FileHead()
  const digest = new crypto.DigestStream('SHA-256')
  const hashing = digest.getWriter()
  try {
    for await (const chunk of bytes) {
      head.take(chunk)
      await Promise.all([hashing.write(chunk), object.write(chunk)])
    }
    await hashing.close()
    await object.end()
  } catch (error) {
    // Leaves the digest unfinished: an abort of its stream would reject a promise that nobody awaits.
    await object.abort()
    throw error
  }
  const sha256 = hex(new Uint8Array(await digest.digest))
  return { key, sha256, ...head.found() }
}

/** Collects the first bytes of a file while it streams by, and counts all bytes. */
class FileHead {
  private size = 0
  private head: Uint8Array = new Uint8Array()

  take(chunk: Uint8Array): void {
    this.size += chunk.length
    const lacks = HEAD_BYTES - this.head.length
    if (lacks > 0) this.head = joinBytes([this.head, chunk.subarray(0, lacks)])
  }

  found(): Pick<KeptFile, 'size' | 'head'> {
    return { size: this.size, head: this.head }
  }
}
