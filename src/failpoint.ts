declare global {
  /** Set by the build. If it is false, the bundler removes every call of a failpoint, and this file. */
  const RUNCAST_FAILPOINTS: boolean
}

/** A place at which a test can make the code fail or wait. */
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
  | 'owner.telling'
  | 'owner.told'
  | 'owner.directing'
  | 'owner.directed'
  | 'notice.posting'
  | 'notice.posted'
  | 'slot.starting'
  | 'slot.started'

/** A place inside one transaction of an object. A fault here cannot wait: an await would split the transaction. */
export type InstantFailpoint =
  | 'run.posting'
  | 'run.arming'
  | 'run.slicing'
  | 'alarm.armed'
  | 'alarm.worked'

const faults = new Map<Failpoint, () => Promise<void>>()
const instantFaults = new Map<InstantFailpoint, () => void>()

export function failpoint(at: Failpoint): Promise<void> | undefined {
  return faults.get(at)?.()
}

export function instantFailpoint(at: InstantFailpoint): void {
  instantFaults.get(at)?.()
}

/** Runs `fault` whenever the code reaches this place from now on. */
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
