import type { Settings } from '../../settings.ts'
import type { HostLeave } from './host-rpc.ts'

const DAY_MS = 86_400_000

/** The backoff and the pauses that follow from a host's last answers. Times are in ms since 1970; 0 means none. */
export type Trouble = {
  /** How many failures in a row there were; `since`: the time of the first. */
  readonly failures: number
  readonly since: number
  /** No request may start before this time, when the backoff or the open circuit ends. */
  readonly until: number
  /** No request may start before this time, which the host's own `Retry-After` named. */
  readonly retry_at: number
}

type TroubleTimes = Pick<
  Settings,
  'host_backoff_ms' | 'host_backoff_max_ms' | 'host_failures_open' | 'host_open_ms'
>

export const noTrouble: Trouble = { failures: 0, since: 0, until: 0, retry_at: 0 }

/** The wait after so many failures in a row: it doubles with each. */
export function hostBackoff(failures: number, times: TroubleTimes): number {
  return Math.min(times.host_backoff_ms * 2 ** (failures - 1), times.host_backoff_max_ms)
}

/** Whether the circuit is open: then only one request at a time tries the host again. */
export function isOpen({ failures }: Trouble, times: TroubleTimes): boolean {
  return failures >= times.host_failures_open
}

/** Counts an answer. A success ends the backoff and the circuit, but not the pause that the host asked for. */
export function judge(
  trouble: Trouble,
  left: HostLeave,
  at: { now: number; settings: TroubleTimes },
) {
  const asked = Math.max(trouble.retry_at, askedPause(left, at.now))
  if (!isFailure(left)) return { ...noTrouble, retry_at: asked }
  const since = trouble.failures === 0 ? at.now : trouble.since
  const failed = { ...trouble, since, failures: trouble.failures + 1, retry_at: asked }
  const wait = isOpen(failed, at.settings)
    ? at.settings.host_open_ms
    : hostBackoff(failed.failures, at.settings)
  return { ...failed, until: at.now + wait }
}

/** Whether an answer is a failure. */
export function isFailure({ status }: HostLeave): boolean {
  return status === null || status === 429 || status >= 500
}

export function askedPause({ status, retry_at }: HostLeave, now: number): number {
  if (retry_at === null || (status !== 429 && status !== 503)) return 0
  return Math.min(retry_at, now + DAY_MS)
}
