import { afterEach } from 'vitest'

import { takeQueued } from './connections.ts'

// Cloudflare would queue this request while its time-out runs. It must wait at a gate before that.
afterEach(() => {
  const queued = takeQueued()
  if (queued.length > 0) throw new Error(`queued by the platform: ${JSON.stringify(queued)}`)
})
