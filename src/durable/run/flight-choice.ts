import type { Budget } from './budget.ts'
import { isSuspect } from './job-state.ts'
import type { RunTransaction } from './run-engine.ts'
import { isFlight, type RunEntry } from './run-outbox.ts'
import type { UndispatchedJobs } from './store/run-store.ts'

/** How many jobs of each group are in flight. */
export function jobsInFlight(entries: readonly RunEntry[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { subject, state } of entries) {
    if (subject.kind !== 'flight' || state === 'held') continue
    counts.set(subject.group, (counts.get(subject.group) ?? 0) + subject.jobs.length)
  }
  return counts
}

/**
 * Returns the groups in which a job waits for something outside. Such a group gets no further flights until a
 * flight has carried that job: the job's host has no room for further jobs either, and each would come back to
 * wait as well.
 */
export function restingGroups(entries: readonly RunEntry[]): ReadonlySet<number> {
  const resting = new Set<number>()
  for (const { subject, state, waits } of entries) {
    if (subject.kind === 'flight' && state === 'held' && waits !== null) resting.add(subject.group)
  }
  return resting
}

/**
 * Chooses the next flights, as many as fit into the window. All jobs of a flight are of one group. The group with
 * the fewest jobs in flight comes first, so that a large group does not starve a small one. Among equal groups,
 * the one of whose jobs the fewest were ever put into flights comes first, so that no group waits for ever where
 * few flights fit.
 */
export function chooseFlights(
  undispatched: readonly UndispatchedJobs[],
  flying: ReadonlyMap<number, number>,
  limits: { readonly flight_jobs: number; readonly room: number },
): UndispatchedJobs[] {
  const open = new Map(
    undispatched.filter((jobs) => jobs.count > 0).map((jobs) => [jobs.group, jobs]),
  )
  const load = new Map(flying)
  const chosen: UndispatchedJobs[] = []
  let room = limits.room
  while (room > 0 && open.size > 0) {
    const next = lightest(open, load)
    if (next === undefined) break
    const count = Math.min(next.flight_jobs ?? limits.flight_jobs, next.count)
    chosen.push({ ...next, count })
    room -= count
    load.set(next.group, (load.get(next.group) ?? 0) + count)
    if (count === next.count) open.delete(next.group)
    else open.set(next.group, { ...next, from: next.from + count, count: next.count - count })
  }
  return chosen
}

function lightest(
  open: ReadonlyMap<number, UndispatchedJobs>,
  load: ReadonlyMap<number, number>,
): UndispatchedJobs | undefined {
  let best: UndispatchedJobs | undefined
  let least = Infinity
  for (const candidate of open.values()) {
    const carried = load.get(candidate.group) ?? 0
    if (carried > least || (carried === least && candidate.from >= (best?.from ?? 0))) continue
    best = candidate
    least = carried
  }
  return best
}

/**
 * How many suspects may be in flight at once when one of them has lost this many leases. Flights at the same time
 * may share an isolate, and a job that takes the isolate down takes all of them down. So each loss halves the
 * number, down to one once half of the budget is spent.
 */
function suspectsAtOnce(losses: number, { losses_suspect, losses_max }: Budget): number {
  const alone_from = Math.ceil((losses_suspect + losses_max) / 2)
  return 2 ** Math.max(0, alone_from - losses)
}

/**
 * Returns a function that says whether a flight may be sent now. Call it once for each flight, in the order of
 * sending, because it counts the suspects that it lets go.
 */
export function suspectsGate(
  tx: RunTransaction,
  entries: readonly RunEntry[],
): (entry: RunEntry) => boolean {
  // No open job has lost a lease, so there are no suspects, and no job has to be read.
  if ((tx.run.tally.lossy ?? 0) === 0) return () => true
  const limits = suspectLimits(tx, entries)
  const flying = entries.filter(({ id, state }) => state !== 'held' && limits.has(id))
  let in_flight = flying.length
  let most = Math.min(...flying.map(({ id }) => limits.get(id) ?? Infinity))
  return ({ id }) => {
    const limit = limits.get(id)
    if (limit === undefined) return true
    if (in_flight >= Math.min(most, limit)) return false
    in_flight += 1
    most = Math.min(most, limit)
    return true
  }
}

/**
 * Returns the suspects' flights by id, each with the number of suspects that may be in flight at once when this
 * flight is one of theirs.
 */
function suspectLimits(
  tx: RunTransaction,
  entries: readonly RunEntry[],
): ReadonlyMap<number, number> {
  const alone = entries.filter(isFlight).flatMap(({ id, subject: { group, jobs } }) => {
    return jobs.length === 1 ? jobs.map((n) => ({ id, group, n })) : []
  })
  const limits = new Map<number, number>()
  for (const [group, flights] of Map.groupBy(alone, (flight) => flight.group)) {
    const numbers = flights.map(({ n }) => n)
    const jobs = new Map(tx.store.readJobs(group, numbers).map((job) => [job.n, job]))
    for (const { id, n } of flights) {
      const job = jobs.get(n)
      if (job === undefined || !isSuspect(job, tx.settings)) continue
      limits.set(id, suspectsAtOnce(job.losses, tx.settings))
    }
  }
  return limits
}
