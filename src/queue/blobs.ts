import type { BlobPort } from '../pipelines/pipeline.ts'
import type { Json } from '../protocol/json.ts'
import type { HandOver } from './hand-over.ts'

/** Blobs in R2. Within one of these, each is read and parsed once, however many jobs ask for it. */
export function openBlobs(bucket: R2Bucket, handOver: HandOver): BlobPort {
  const read = new Map<string, Promise<Json | undefined>>()
  const load = async (key: string): Promise<Json | undefined> => {
    const handed = handOver.take(key, Date.now())
    if (handed !== undefined) return handed
    const object = await bucket.get(key)
    return object === null ? undefined : object.json<Json>()
  }
  return {
    async put(key, value) {
      const text = JSON.stringify(value)
      await bucket.put(key, text, { httpMetadata: { contentType: 'application/json' } })
      handOver.offer(key, value, { size: text.length, now: Date.now() })
    },
    get(key) {
      const known = read.get(key) ?? load(key)
      read.set(key, known)
      return known
    },
  }
}
