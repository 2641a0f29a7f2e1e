import { afterAll, vi } from 'vitest'

import { clearFaults } from '../../src/failpoint.ts'

// The files of these projects share a workerd: the next one finds the clock and the parts as they are.
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  clearFaults()
})
