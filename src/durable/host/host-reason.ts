import type { Reason } from '../../protocol/status.ts'

// The reasons why a request to a host waits or is given up, in the words that a run shows.

export function paceReason(host: string, interval_ms: number): Reason {
  const often =
    interval_ms < 1_000
      ? `${Math.round(10_000 / interval_ms) / 10} times a second`
      : `once ${interval_ms === 1_000 ? 'a second' : `every ${interval_ms / 1_000} s`}`
  return { code: 'host_pace', message: `${host} is asked at most ${often}.` }
}

export function busyReason(host: string, at_once: number): Reason {
  const message = `${host} gets at most ${at_once === 1 ? 'one request' : `${at_once} requests`} at once, and all of them are still unanswered.`
  return { code: 'host_busy', message }
}

export function retryAfterReason(host: string, until: number): Reason {
  const message = `${host} asked for a pause until ${new Date(until).toISOString()}.`
  return { code: 'retry_after', message }
}

export function backoffReason(host: string): Reason {
  const message = `The last request to ${host} failed. The next one goes out after a pause.`
  return { code: 'host_backoff', message }
}

export function circuitReason(host: string, failures: number): Reason {
  const message = `${host} failed ${failures} times in a row. Only one request at a time tries it again.`
  return { code: 'host_circuit', message }
}

export function unreachableReason(host: string): Reason {
  const message = `The robots.txt of ${host} cannot be read, so nothing is fetched there for now.`
  return { code: 'robots_unreachable', message }
}

export function downReason(host: string, since: number): Reason {
  const message = `Every request to ${host} has failed since ${new Date(since).toISOString()}.`
  return { code: 'host_down', message }
}

export function readingReason(host: string): Reason {
  return { code: 'robots_reading', message: `The robots.txt of ${host} is being read.` }
}

export function forbiddenReason(host: string): Reason {
  return { code: 'robots_forbidden', message: `The robots.txt of ${host} forbids this address.` }
}
