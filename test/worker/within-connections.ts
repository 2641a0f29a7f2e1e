import { afterEach } from 'vitest'

import { takeQueued } from './connections.ts'

// Cloudflare would make this request wait while its time-out runs. A gate must make it wait before the
// time-out starts.
afterEach(() => {
  const queued = takeQueued()
  if (queued.length > 0) throw new Error(`queued by the platform: ${JSON.stringify(queued)}`)
})
