import type { Reason } from '../../protocol/status.ts'

/** Why a host is not asked now, or not at all, as a run shows it. */

export function paceReason(host: string, interval_ms: number): Reason {
  const often = interval_ms === 1_000 ? 'a second' : `every ${interval_ms / 1_000} s`
  return { code: 'host_pace', message: `${host} is asked at most once ${often}.` }
}

export function busyReason(host: string, at_once: number): Reason {
  const message = `${host} is asked for at most ${at_once} addresses at once, and has not answered yet.`
  return { code: 'host_busy', message }
}

export function retryAfterReason(host: string, until: number): Reason {
  const message = `${host} asked for a pause until ${new Date(until).toISOString()}.`
  return { code: 'retry_after', message }
}

export function backoffReason(host: string): Reason {
  const message = `${host} failed to answer, and is given a while.`
  return { code: 'host_backoff', message }
}

export function circuitReason(host: string, failures: number): Reason {
  const message = `${host} failed ${failures} times in a row, and is asked again by one request only.`
  return { code: 'host_circuit', message }
}

export function unreachableReason(host: string): Reason {
  const message = `The robots.txt of ${host} cannot be read, so nothing is fetched there for now.`
  return { code: 'robots_unreachable', message }
}

export function downReason(host: string, since: number): Reason {
  const message = `${host} has been out of reach since ${new Date(since).toISOString()}.`
  return { code: 'host_down', message }
}

export function readingReason(host: string): Reason {
  return { code: 'robots_reading', message: `The robots.txt of ${host} is being read.` }
}

export function forbiddenReason(host: string): Reason {
  return { code: 'robots_forbidden', message: `The robots.txt of ${host} forbids this address.` }
}
