import type { Gate } from '../gate.ts'

/** Lists and removes the blobs of plans by their keys. R2 lists up to a thousand keys, and removes as many at once. */
export function openBlobKeys(bucket: R2Bucket, gate: Gate) {
  return {
    async list(prefix: string): Promise<readonly string[]> {
      const { objects } = await gate(() => bucket.list({ prefix }))
      return objects.map(({ key }) => key)
    },
    remove: (keys: readonly string[]): Promise<void> => gate(() => bucket.delete([...keys])),
  }
}
