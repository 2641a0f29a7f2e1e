import type { Entry } from '../outbox/entry.ts'
import type { Budget } from './budget.ts'
import { isSuspect } from './job-state.ts'
import type { RunChange } from './run-transaction.ts'

/**
 * How many suspects may be in the air at once where one of them has lost so many leases. What flies
 * at the same time may be worked on in the same isolate, and what takes that down takes all of them:
 * with every loss half as many fly, and one by one while half of the budget is left.
 */
function suspectsAtOnce(losses: number, { losses_suspect, losses_max }: Budget): number {
  const alone_from = Math.ceil((losses_suspect + losses_max) / 2)
  return 2 ** Math.max(0, alone_from - losses)
}

/** Says of each flight that is about to be sent whether it may be: asked once, and in their order. */
export function suspectsGate(
  change: RunChange,
  entries: readonly Entry[],
): (entry: Entry) => boolean {
  // Nothing was lost: no job has to be read to know it.
  if ((change.run.tally.lossy ?? 0) === 0) return () => true
  const limits = suspectsOf(change, entries)
  const flying = entries.filter(({ id, state }) => state !== 'held' && limits.has(id))
  let aloft = flying.length
  let most = Math.min(...flying.map(({ id }) => limits.get(id) ?? Infinity))
  return ({ id }) => {
    const limit = limits.get(id)
    if (limit === undefined) return true
    if (aloft >= Math.min(most, limit)) return false
    aloft += 1
    most = Math.min(most, limit)
    return true
  }
}

/** The flights of suspects, each with how many may be in the air with it. */
function suspectsOf(change: RunChange, entries: readonly Entry[]): ReadonlyMap<number, number> {
  const alone = entries.flatMap(({ id, subject }) => {
    if (subject.kind !== 'flight' || subject.jobs.length !== 1) return []
    return subject.jobs.map((n) => ({ id, group: subject.group, n }))
  })
  const limits = new Map<number, number>()
  for (const [group, flights] of Map.groupBy(alone, (flight) => flight.group)) {
    const numbers = flights.map(({ n }) => n)
    const jobs = new Map(change.store.readJobs(group, numbers).map((job) => [job.n, job]))
    for (const { id, n } of flights) {
      const job = jobs.get(n)
      if (job === undefined || !isSuspect(job, change.settings)) continue
      limits.set(id, suspectsAtOnce(job.losses, change.settings))
    }
  }
  return limits
}
