import { z } from 'zod'

import { Inspector } from '../inspector.ts'

const Nothing = z.unknown()
const Heap = z.object({ usedSize: z.number(), backingStorageSize: z.number() })

/** Measures the memory of the Worker's isolate in bytes, after a garbage collection. */
export async function heapBytes(origin: string): Promise<number> {
  const inspector = await Inspector.open()
  try {
    await inspector.send('HeapProfiler.enable', Nothing)
    // The first collection may release objects that hold others, so there is a second one.
    for (let time = 0; time < 2; time++) await collect(inspector, origin)
    const { usedSize, backingStorageSize } = await inspector.send('Runtime.getHeapUsage', Heap)
    return usedSize + backingStorageSize
  } finally {
    inspector.close()
  }
}

/** Collects garbage. workerd collects only while the isolate works, so requests keep it at work. */
async function collect(inspector: Inspector, origin: string): Promise<void> {
  const collected = new AbortController()
  const collecting = inspector
    .send('HeapProfiler.collectGarbage', Nothing)
    .finally(() => collected.abort())
  while (!collected.signal.aborted) await (await fetch(`${origin}/api/health`)).body?.cancel()
  await collecting
}
