import { afterEach } from 'vitest'

import { takeQueued } from './connections.ts'

// What the platform queues may time out while nothing is wrong: whatever is asked for waits before that.
afterEach(() => {
  const queued = takeQueued()
  if (queued.length > 0) throw new Error(`queued by the platform: ${JSON.stringify(queued)}`)
})
