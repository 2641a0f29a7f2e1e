import { z } from 'zod'

/** Counts of the things that Cloudflare bills: of the Worker, its objects, queues and buckets, since the isolate began. */
export const Billed = z.object({
  /** Requests to the Worker, and batches that a queue delivers to it. */
  worker_requests: z.int(),
  /** Calls of an object: RPC, streams, and alarms that fired. */
  object_requests: z.int(),
  rows_read: z.int(),
  /** Rows that SQL wrote, index entries included, and alarms that were set. Each is billed as a row. */
  rows_written: z.int(),
  /** Messages sent, delivered and deleted, each below 64 KB. */
  queue_operations: z.int(),
  /** R2's class A operations: put, list, and the parts of an upload. */
  bucket_writes: z.int(),
  /** R2's class B operations: get and head. */
  bucket_reads: z.int(),
})
export type Billed = z.infer<typeof Billed>

/** The path at which the Worker of this bench answers its counts. */
export const BILLED_PATH = '/api/bench/billed'

/** Subtracts the earlier counts from the later ones. */
export function billedSince(before: Billed, after: Billed): Billed {
  return Billed.parse(
    Object.fromEntries(Billed.keyof().options.map((name) => [name, after[name] - before[name]])),
  )
}
