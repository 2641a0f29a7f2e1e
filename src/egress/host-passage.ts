import type { HostLeave, HostRequest, HostRpc } from '../durable/host/host-rpc.ts'
import { describeError, type Log } from '../log.ts'
import { type FetchInit, ForbiddenByRobots, MustWait } from '../pipelines/fetch.ts'
import type { Reason } from '../protocol/status.ts'
import { fail } from './failures.ts'
import type { Passage } from './guarded-fetch.ts'
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
 * One fetch's way through the hosts. A redirect to another origin leaves this one and enters that.
 * A redirect within an origin, or back to one, goes at its first hop's pace: it would have to wait
 * for the next turn otherwise, and meet the same redirect then, for ever. Robots.txt is asked again.
 */
export class HostPassage implements Passage {
  private readonly kind: FetchInit['kind']
  private readonly ports: HostPorts
  private readonly entered = new Set<string>()
  private origin = ''
  private tickets: Ticket[] = []
  private last: Answered | 'stopped' | null = null

  constructor(kind: FetchInit['kind'], ports: HostPorts) {
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

  /** What an origin answered last is what all of its tickets are left with. */
  async leave(): Promise<void> {
    const tickets = this.tickets
    this.tickets = []
    await Promise.all(tickets.map((ticket) => this.giveBack(ticket)))
  }

  /** The answer is there, and is not lost for a host that could not be told: its tickets run out. */
  private async giveBack({ ticket, ahead_ms }: Ticket): Promise<void> {
    const { host, log, now } = this.ports
    try {
      await host(this.origin).leave({ ticket, ...leaving(this.last, now() + ahead_ms) })
    } catch (error) {
      log('warn', 'a host was not left', { origin: this.origin, error: describeError(error) })
    }
  }
}

function leaving(last: Answered | 'stopped' | null, now: number): Omit<HostLeave, 'ticket'> {
  if (last === 'stopped') return { status: null, retry_at: null, stopped: true }
  if (last === null) return { status: null, retry_at: null }
  return { status: last.status, retry_at: retryAt(last.headers.get('retry-after'), now) }
}

/** With how far the host's clock is ahead of ours: what it is told of times is by its own. */
type Ticket = { readonly ticket: number; readonly ahead_ms: number }

/** The ticket to go with. Each read_robots is answered, so that nobody waits for this reader. */
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

/** A clock that reads what it must between asking and being answered is not ahead. */
function aheadOf(at: number, asked: number, answered: number): number {
  return at > answered ? at - answered : Math.min(0, at - asked)
}

function waitUntil(until: number, reason: Reason, there: number): MustWait {
  return new MustWait(until, reason, until - there)
}
