import { hashBytes } from '../digest.ts'
import type { Gate } from '../gate.ts'
import type { PagePort } from '../pipelines/pipeline.ts'

/** Stores crawled pages in R2. The hash of a page's bytes is its name, so equal pages are stored once. Calls pass the gate. */
export function openPages(bucket: R2Bucket, gate: Gate): PagePort {
  return {
    async put(bytes) {
      const sha256 = await hashBytes(bytes)
      await gate(() => bucket.put(nameOf(sha256), bytes))
      return sha256
    },
    get: (sha256) => gate(() => load(bucket, sha256)),
  }
}

async function load(bucket: R2Bucket, sha256: string): Promise<Uint8Array | undefined> {
  const object = await bucket.get(nameOf(sha256))
  return object === null ? undefined : new Uint8Array(await object.arrayBuffer())
}

function nameOf(sha256: string): string {
  return `pages/${sha256}`
}
