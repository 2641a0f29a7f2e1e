import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

import type { HostObject } from '../../src/durable/host/host-object.ts'
import type { HostRequest } from '../../src/durable/host/host-rpc.ts'

export type HostStub = DurableObjectStub<HostObject>

/** An origin that no other test speaks of. */
export function newOrigin(): string {
  return `https://${crypto.randomUUID()}.example.com`
}

export function hostOf(origin: string): HostStub {
  return env.HOSTS.getByName(origin)
}

/** A page's request, as the crawler makes it. */
export function page(origin: string, path = '/jobs'): HostRequest {
  return { url: origin + path, robots: true, paced: true }
}

/** A documented API's request. */
export function api(origin: string): HostRequest {
  return { url: `${origin}/v1/jobs`, robots: false, paced: true }
}

/** Enters and must be let go, or be asked to read robots.txt. */
export async function ticketOf(host: HostStub, request: HostRequest): Promise<number> {
  const answer = await host.enter(request)
  if (answer.kind === 'go' || answer.kind === 'read_robots') return answer.ticket
  throw new Error(`${answer.kind}: ${answer.reason.message}`)
}

/** Runs inside the object, as one of its requests. */
export function withinHost<R>(
  host: HostStub,
  work: (object: HostObject, state: DurableObjectState) => R | Promise<R>,
): Promise<R> {
  return runInDurableObject<HostObject, R>(host, work)
}
