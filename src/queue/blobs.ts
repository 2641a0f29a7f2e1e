import type { BlobPort } from '../pipelines/pipeline.ts'
import type { Json } from '../protocol/json.ts'

/** Blobs in R2. Within one of these, each is read and parsed once, however many jobs ask for it. */
export function openBlobs(bucket: R2Bucket): BlobPort {
  const read = new Map<string, Promise<Json | undefined>>()
  return {
    async put(key, value) {
      await bucket.put(key, JSON.stringify(value), {
        httpMetadata: { contentType: 'application/json' },
      })
    },
    get(key) {
      const known = read.get(key) ?? load(bucket, key)
      read.set(key, known)
      return known
    },
  }
}

async function load(bucket: R2Bucket, key: string): Promise<Json | undefined> {
  const object = await bucket.get(key)
  return object === null ? undefined : object.json<Json>()
}
