import { describe, expect, it } from 'vitest'

import { groupCases } from './group-contract.ts'
import { jobCases } from './job-contract.ts'
import { logCases } from './log-contract.ts'
import { outboxCases } from './outbox-contract.ts'
import { runCases } from './run-contract.ts'
import type { Proves, WithStore } from './stored-run.ts'
import { tokenCases } from './token-contract.ts'
import { tombstoneCases } from './tombstone-contract.ts'
import { viewCases } from './view-contract.ts'

const parts = [
  runCases,
  groupCases,
  jobCases,
  viewCases,
  outboxCases,
  logCases,
  tokenCases,
  tombstoneCases,
]

/** The contract of a run's storage: what every store must do, in memory and in SQLite. */
export function storeContract(name: string, withStore: WithStore): void {
  const cases: Parameters<Proves>[] = []
  for (const part of parts) part((...one) => cases.push(one))
  describe(`a run's storage ${name}`, () => {
    it.each(cases)('%s', async (_, test) => {
      expect.hasAssertions()
      await withStore(test)
    })
  })
}
