import type { HostRpc } from '../durable/host/host-rpc.ts'
import type { Log } from '../log.ts'
import type { FetchPort } from '../pipelines/fetch.ts'
import { readAllowed } from './address.ts'
import { createGuardedFetch, type GuardSettings } from './guarded-fetch.ts'
import { HostPassage } from './host-passage.ts'
import { robotsReader } from './robots.ts'

export type PoliteSettings = Omit<GuardSettings, 'passage' | 'beyond'> & {
  /** Taken anew for each call: what it answers to may have a shorter life than the fetch. */
  readonly host: (origin: string) => HostRpc
  readonly log: Log
  readonly now?: () => number
}

/**
 * The guard, with each host asked first: its robots.txt for pages, its pace for everything but the
 * allowed origins.
 */
export function createPoliteFetch(settings: PoliteSettings): FetchPort {
  const { host, log, now = Date.now } = settings
  const allowed = readAllowed(settings.allow)
  const ports = { host, log, now, allowed, readRobots: robotsReader(settings) }
  return createGuardedFetch({ ...settings, passage: (kind) => new HostPassage(kind, ports) })
}
