import type { HostLeave, HostRequest, HostRpc } from '../durable/host/host-rpc.ts'
import { describeError, type Log } from '../log.ts'
import { type FetchOptions, ForbiddenByRobots, MustWait } from '../pipelines/fetch.ts'
import type { Reason } from '../protocol/status.ts'
import { fail } from './failures.ts'
import type { Admission } from './guarded-fetch.ts'
import type { Answered } from './hop.ts'
import { retryAt } from './retry-at.ts'
import type { RobotsReader } from './robots.ts'

const MAX_READS = 3
const READ_AGAIN_MS = 1_000

export type HostPorts = {
  readonly host: (origin: string) => HostRpc
  readonly allowed: ReadonlySet<string>
  readonly readRobots: RobotsReader
  readonly log: Log
  readonly now: () => number
}

/**
 * Asks the objects of the hosts to admit one fetch. A redirect to another origin leaves the first origin and
 * enters the other. A redirect to an origin that the fetch has entered before is not paced again: the fetch
 * would wait for its next turn, start over and meet the same redirect, for ever. robots.txt decides on each hop.
 */
export class HostAdmission implements Admission {
  private readonly kind: FetchOptions['kind']
  private readonly ports: HostPorts
  private readonly entered = new Set<string>()
  private origin = ''
  private tickets: Ticket[] = []
  private last: Answered | 'stopped' | null = null

  constructor(kind: FetchOptions['kind'], ports: HostPorts) {
    this.kind = kind
    this.ports = ports
  }

  async enter(url: URL): Promise<void> {
    if (url.origin !== this.origin) await this.leave()
    const paced = !this.ports.allowed.has(url.origin) && !this.entered.has(url.origin)
    const robots = this.kind === 'page'
    this.origin = url.origin
    if (paced || robots)
      this.tickets.push(await admit({ url: url.href, robots, paced }, this.ports))
    this.entered.add(url.origin)
    this.last = null
  }

  answered(answer: Answered | 'stopped' | null): void {
    this.last = answer
  }

  /** Gives back all tickets of the origin. Each reports the origin's last answer. */
  async leave(): Promise<void> {
    const tickets = this.tickets
    this.tickets = []
    await Promise.all(tickets.map((ticket) => this.giveBack(ticket)))
  }

  /** Only logs an error: the fetch has its answer, and a ticket that is not given back runs out. */
  private async giveBack({ ticket, ahead_ms }: Ticket): Promise<void> {
    const { host, log, now } = this.ports
    try {
      await host(this.origin).leave({ ticket, ...leaving(this.last, now() + ahead_ms) })
    } catch (error) {
      log('warn', 'a host object was not told that a request is over', {
        origin: this.origin,
        error: describeError(error),
      })
    }
  }
}

function leaving(last: Answered | 'stopped' | null, now: number): Omit<HostLeave, 'ticket'> {
  if (last === 'stopped') return { status: null, retry_at: null, stopped: true }
  if (last === null) return { status: null, retry_at: null }
  return { status: last.status, retry_at: retryAt(last.headers.get('retry-after'), now) }
}

/** `ahead_ms`: how far the host object's clock is ahead of ours. The object takes all times by its own clock. */
type Ticket = { readonly ticket: number; readonly ahead_ms: number }

/** Gets a ticket. Answers each read_robots with `learn`: other requests of the host wait for the answer. */
async function admit(request: HostRequest, { host, readRobots, now }: HostPorts): Promise<Ticket> {
  const { origin } = new URL(request.url)
  let ahead_ms = 0
  for (let reads = 0; reads < MAX_READS; reads++) {
    const asked = now()
    const answer = await host(origin).enter(request)
    ahead_ms = answer.at === undefined ? 0 : aheadOf(answer.at, asked, now())
    switch (answer.kind) {
      case 'go':
        return { ticket: answer.ticket, ahead_ms }
      case 'wait':
        throw waitUntil(answer.until, answer.reason, now() + ahead_ms)
      case 'forbidden':
        throw new ForbiddenByRobots(answer.reason)
      case 'down':
        throw fail('host_down', answer.reason.message)
      case 'read_robots':
        await host(origin).learn({ ticket: answer.ticket, ...(await readRobots(origin)) })
    }
  }
  const message = `The robots.txt of ${origin} is being read.`
  const there = now() + ahead_ms
  throw waitUntil(there + READ_AGAIN_MS, { code: 'robots_unread', message }, there)
}

/** The object answered between `asked` and `answered`. A clock that shows a time between the two is not ahead. */
function aheadOf(at: number, asked: number, answered: number): number {
  return at > answered ? at - answered : Math.min(0, at - asked)
}

function waitUntil(until: number, reason: Reason, there: number): MustWait {
  return new MustWait(until, reason, until - there)
}
