import type { HostRpc } from '../durable/host/host-rpc.ts'
import type { Gate } from '../gate.ts'
import type { Log } from '../log.ts'
import type { FetchInit, FetchPort } from '../pipelines/fetch.ts'
import { readAllowed } from './address.ts'
import { createGuardedFetch, type GuardSettings } from './guarded-fetch.ts'
import { HostPassage } from './host-passage.ts'
import { robotsReader } from './robots.ts'

export type PoliteSettings = Omit<GuardSettings, 'passage' | 'beyond'> & {
  /** Taken anew for each call: what it answers to may have a shorter life than the fetch. */
  readonly host: (origin: string) => HostRpc
  readonly log: Log
  readonly gate: Gate
  readonly now?: () => number
}

/**
 * The guard, with each host asked first: its robots.txt for pages, its pace for everything but the
 * allowed origins. A fetch passes the gate before it asks the host, so that it uses the host's leave
 * at once, and before its time-outs start. It keeps its place until its body is read, which bounds
 * the bodies in memory. Reading robots.txt on the way takes no second place: fetches that held all
 * places would wait for each other for ever.
 */
export function createPoliteFetch(settings: PoliteSettings): FetchPort {
  const { host, log, gate, now = Date.now } = settings
  const allowed = readAllowed(settings.allow)
  const ports = { host, log, now, allowed, readRobots: robotsReader(settings) }
  const passage = (kind: FetchInit['kind']) => new HostPassage(kind, ports)
  const fetch = createGuardedFetch({ ...settings, passage })
  return (url, init) => gate(() => fetch(url, init), init)
}
