import { afterAll, vi } from 'vitest'

import { clearFaults } from '../../src/failpoint.ts'

// The files of these projects share a workerd, so each file restores the clock and the parts for the
// next one.
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  clearFaults()
})
