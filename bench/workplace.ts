import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Partner, type PartnerPlan } from './partner.ts'

/** A folder for one bench, and the processes that the bench has started. */
export class Workplace {
  // Linux lists the files of processes by their real path.
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-bench-')))
  readonly #ends: (() => Promise<void>)[] = []

  /** Returns when the process is ready. */
  start(plan: PartnerPlan): Promise<Partner> {
    const partner = new Partner(plan)
    this.atEnd(() => partner.end())
    return partner.untilReady()
  }

  atEnd(end: () => Promise<void>): void {
    this.#ends.push(end)
  }

  /** Ends everything that was started, the last started first, and removes the folder. */
  async close(): Promise<void> {
    for (const end of this.#ends.toReversed()) await end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
