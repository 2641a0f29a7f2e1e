import type { HostRpc } from '../durable/host/host-rpc.ts'
import type { Gate } from '../gate.ts'
import type { Log } from '../log.ts'
import type { FetchOptions, FetchPort } from '../pipelines/fetch.ts'
import { readAllowed } from './address.ts'
import { createGuardedFetch, type GuardSettings } from './guarded-fetch.ts'
import { HostAdmission, type Paces } from './host-admission.ts'
import { robotsReader } from './robots.ts'

export type PoliteSettings = Omit<GuardSettings, 'admission' | 'beyond'> & {
  /** Called for each request to a host object, as a stub may break during a fetch. */
  readonly host: (origin: string) => HostRpc
  /** The paces of a request. Without it, every host has the pace of its object's settings. */
  readonly pacesOf?: (url: URL, kind: FetchOptions['kind']) => Paces
  readonly log: Log
  readonly gate: Gate
  readonly now?: () => number
}

/**
 * Guards a fetch and asks the host's object first: about robots.txt for pages, and about the pace for every
 * origin that is not allowed. A fetch passes the gate before it asks the host, so that it uses its
 * ticket at once, and before its time-outs start. A fetch keeps its place in the gate until its body is read;
 * this bounds the bodies in memory. Reading robots.txt for a fetch takes no second place: otherwise fetches
 * that held all places would wait for each other for ever.
 */
export function createPoliteFetch(settings: PoliteSettings): FetchPort {
  const { host, pacesOf = () => ({}), log, gate, now = Date.now } = settings
  const allowed = readAllowed(settings.allow)
  const ports = { host, pacesOf, log, now, allowed, readRobots: robotsReader(settings) }
  const admission: GuardSettings['admission'] = (fetching) => new HostAdmission(fetching, ports)
  const fetch = createGuardedFetch({ ...settings, admission })
  return (url, init) => gate(() => fetch(url, init), init)
}
