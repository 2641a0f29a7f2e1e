declare global {
  /** Set by the build. Where it is false, every call of a failpoint is folded away, and this file with them. */
  const RUNCAST_FAILPOINTS: boolean
}

/** Where a test may let things go wrong, in whatever time it takes. */
export type Failpoint =
  | 'plan.claimed'
  | 'plan.added'
  | 'plan.closing'
  | 'work.claimed'
  | 'work.recording'
  | 'work.recorded'
  | 'work.reported'
  | 'checkpoint.jobs'
  | 'checkpoint.row'
  | 'archive.written'
  | 'message.done'
  | 'outbox.sending'
  | 'outbox.sent'

/** The same within one turn of the object, which would be two transactions if it were waited in. */
export type InstantFailpoint = 'run.posting' | 'run.arming' | 'alarm.armed' | 'alarm.worked'

const faults = new Map<Failpoint, () => Promise<void>>()
const instantFaults = new Map<InstantFailpoint, () => void>()

export function failpoint(at: Failpoint): Promise<void> | undefined {
  return faults.get(at)?.()
}

export function instantFailpoint(at: InstantFailpoint): void {
  instantFaults.get(at)?.()
}

/** What happens from now on wherever this point is reached. */
export function setFault(at: Failpoint, fault: () => Promise<void>): void {
  faults.set(at, fault)
}

export function setInstantFault(at: InstantFailpoint, fault: () => void): void {
  instantFaults.set(at, fault)
}

export function clearFaults(): void {
  faults.clear()
  instantFaults.clear()
}
