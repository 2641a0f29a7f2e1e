import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Partner, type PartnerPlan } from './partner.ts'

/** A folder of a bench's own, and the processes that it has started. */
export class Workplace {
  // Processes show their files by the real path.
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-bench-')))
  readonly #ends: (() => Promise<void>)[] = []

  /** Answers once the process is ready. */
  start(plan: PartnerPlan): Promise<Partner> {
    const partner = new Partner(plan)
    this.atEnd(() => partner.end())
    return partner.untilReady()
  }

  atEnd(end: () => Promise<void>): void {
    this.#ends.push(end)
  }

  /** Ends what was started, the last first. */
  async close(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
