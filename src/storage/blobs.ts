import type { Gate } from '../gate.ts'
import type { BlobPort } from '../pipelines/pipeline.ts'
import type { Json } from '../protocol/json.ts'

/** Opens the blobs of a batch in R2. Calls pass the gate. Each blob is read and parsed once for all jobs of the batch. */
export function openBlobs(bucket: R2Bucket, gate: Gate): BlobPort {
  const read = new Map<string, Promise<Json | undefined>>()
  return {
    async put(key, value) {
      const httpMetadata = { contentType: 'application/json' }
      await gate(() => bucket.put(key, JSON.stringify(value), { httpMetadata }))
    },
    get(key) {
      const known = read.get(key) ?? gate(() => load(bucket, key))
      read.set(key, known)
      return known
    },
  }
}

async function load(bucket: R2Bucket, key: string): Promise<Json | undefined> {
  const object = await bucket.get(key)
  return object === null ? undefined : object.json<Json>()
}
