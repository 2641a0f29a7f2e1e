import type { StoredJob } from '../../../src/protocol/run.ts'
import { Broken } from './broken.ts'

type Granted = Pick<StoredJob, 'group' | 'external_id' | 'attempt'>

/** Remembers which worker got which grant. No attempt may be granted twice (JOB-1). */
export class Grants {
  private readonly holders = new Map<string, number>()
  private workers = 0

  /** Returns the number of a new worker. */
  enter(): number {
    this.workers += 1
    return this.workers
  }

  note(worker: number, granted: Granted): void {
    const key = keyOf(granted)
    if (this.holders.has(key)) throw new Broken('granted', `${key} was granted twice`)
    this.holders.set(key, worker)
  }

  has(worker: number, granted: Granted): boolean {
    return this.holders.get(keyOf(granted)) === worker
  }
}

function keyOf({ group, external_id, attempt }: Granted): string {
  return `${group}/${external_id}#${attempt}`
}
