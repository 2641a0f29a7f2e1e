import type { Settings } from '../../settings.ts'
import { isFlight, type RunEntry } from './run-outbox.ts'
import type { Run } from './run-state.ts'
import { totalJobs } from './tally.ts'

/** How many reports and renewals of a run's workers its object takes a second while nobody watches the run. */
const CALLS_A_SECOND = 150

/** In how many milliseconds a worker shall report again while nobody watches: the more flights, the later. */
export function quietReportIn(
  entries: readonly RunEntry[],
  { quiet_report_ms }: Pick<Settings, 'quiet_report_ms'>,
): number {
  const leased = entries.filter((entry) => isFlight(entry) && entry.state === 'leased')
  return Math.max(quiet_report_ms, callEach(leased.length))
}

/**
 * The settings with the times of this run's leases over flights: a run that can have thousands of flights has longer
 * ones. They grow with the run's jobs and never shrink, since a worker goes on renewing at the pace of its grant.
 */
export function flightTimes(
  { tally, flight_jobs }: Pick<Run, 'tally' | 'flight_jobs'>,
  settings: Settings,
): Settings {
  const flights = Math.ceil(Math.min(settings.window_jobs, totalJobs(tally)) / flight_jobs)
  const factor = Math.max(1, callEach(flights) / settings.renew_ms)
  const { lease_ms, renew_ms } = settings
  return { ...settings, lease_ms: lease_ms * factor, renew_ms: renew_ms * factor }
}

/** The time between two calls of each of so many flights. */
function callEach(flights: number): number {
  return (flights * 1_000) / CALLS_A_SECOND
}
