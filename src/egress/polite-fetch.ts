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
 * allowed origins. The gate is passed before that: a host's leave to go is used at once, and no time
 * of the fetch runs while it waits for another. A fetch holds its place until its body is read, so
 * that no more bodies are in memory than there are places; what it reads of robots.txt needs no
 * second one.
 */
export function createPoliteFetch(settings: PoliteSettings): FetchPort {
  const { host, log, gate, now = Date.now } = settings
  const allowed = readAllowed(settings.allow)
  const ports = { host, log, now, allowed, readRobots: robotsReader(settings) }
  const passage = (kind: FetchInit['kind']) => new HostPassage(kind, ports)
  const fetch = createGuardedFetch({ ...settings, passage })
  return (url, init) => gate(() => fetch(url, init), init)
}
