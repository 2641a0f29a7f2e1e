import { z } from 'zod'

import { Inspector } from '../inspector.ts'

const Nothing = z.unknown()
const Heap = z.object({ usedSize: z.number(), backingStorageSize: z.number() })

/** What the Worker's isolate holds, in bytes, once what is garbage is collected. */
export async function heapBytes(origin: string): Promise<number> {
  const inspector = await Inspector.open()
  try {
    await inspector.send('HeapProfiler.enable', Nothing)
    // What the first one lets go of may itself hold something.
    for (let time = 0; time < 2; time++) await collect(inspector, origin)
    const { usedSize, backingStorageSize } = await inspector.send('Runtime.getHeapUsage', Heap)
    return usedSize + backingStorageSize
  } finally {
    inspector.close()
  }
}

/** workerd puts a collection off until the isolate is at work: requests keep it so. */
async function collect(inspector: Inspector, origin: string): Promise<void> {
  const collected = new AbortController()
  const collecting = inspector
    .send('HeapProfiler.collectGarbage', Nothing)
    .finally(() => collected.abort())
  while (!collected.signal.aborted) await (await fetch(`${origin}/api/health`)).body?.cancel()
  await collecting
}
