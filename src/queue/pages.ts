import { hashBytes } from '../digest.ts'
import type { PagePort } from '../pipelines/pipeline.ts'

/** Crawled pages in R2, each once, whoever crawled it: a page's name is the hash of its bytes. */
export function openPages(bucket: R2Bucket): PagePort {
  return {
    async put(bytes) {
      const sha256 = await hashBytes(bytes)
      await bucket.put(nameOf(sha256), bytes)
      return sha256
    },
    async get(sha256) {
      const object = await bucket.get(nameOf(sha256))
      return object === null ? undefined : new Uint8Array(await object.arrayBuffer())
    },
  }
}

function nameOf(sha256: string): string {
  return `pages/${sha256}`
}
