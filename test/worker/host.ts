import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

import type { HostObject } from '../../src/durable/host/host-object.ts'
import type { HostRequest } from '../../src/durable/host/host-rpc.ts'

export type HostStub = DurableObjectStub<HostObject>

/** Makes an origin that no other test uses. */
export function newOrigin(): string {
  return `https://${crypto.randomUUID()}.example.com`
}

export function hostOf(origin: string): HostStub {
  return env.HOSTS.getByName(origin)
}

/** The request for a page, as a crawl makes it. */
export function page(origin: string, path = '/jobs'): HostRequest {
  return { url: origin + path, robots: true, paced: true }
}

/** The request for a documented API. */
export function api(origin: string): HostRequest {
  return { url: `${origin}/v1/jobs`, robots: false, paced: true }
}

/** Enters, and returns the ticket. Throws if the host answers to wait. */
export async function ticketOf(host: HostStub, request: HostRequest): Promise<number> {
  const answer = await host.enter(request)
  if (answer.kind === 'go' || answer.kind === 'read_robots') return answer.ticket
  throw new Error('reason' in answer ? `${answer.kind}: ${answer.reason.message}` : answer.kind)
}

/** Runs code inside the object, as one of its requests. */
export function withinHost<R>(
  host: HostStub,
  work: (object: HostObject, state: DurableObjectState) => R | Promise<R>,
): Promise<R> {
  return runInDurableObject<HostObject, R>(host, work)
}
