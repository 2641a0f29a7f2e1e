import type { HostLeave, HostPace, HostRequest, HostRpc } from '../durable/host/host-rpc.ts'
import { describeError, type Log } from '../log.ts'
import { type FetchOptions, ForbiddenByRobots, MustWait, StillFresh } from '../pipelines/fetch.ts'
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
  readonly pacesOf: (url: URL, kind: FetchOptions['kind']) => Paces
  readonly allowed: ReadonlySet<string>
  readonly readRobots: RobotsReader
  readonly log: Log
  readonly now: () => number
}

/** The pace of a host, and of the hosts that share an edge with it. The stricter one wins. */
export type Paces = {
  readonly host?: HostPace
  /** `origin` stands for all hosts of the edge: `https://*.myworkdayjobs.com`. */
  readonly edge?: { readonly origin: string; readonly pace: HostPace }
}

type Fetching = Pick<FetchOptions, 'kind' | 'owner' | 'share'>

/**
 * Asks the objects of the hosts to admit one fetch. A redirect to another origin leaves the first origin and
 * enters the other. A redirect to an origin that the fetch has entered before is not paced again: the fetch
 * would wait for its next turn, start over and meet the same redirect, for ever. robots.txt decides on each hop.
 */
export class HostAdmission implements Admission {
  private readonly fetching: Fetching
  private readonly ports: HostPorts
  private readonly entered = new Set<string>()
  private origin = ''
  private tickets: Ticket[] = []
  private last: Answered | 'stopped' | null = null

  constructor(fetching: Fetching, ports: HostPorts) {
    this.fetching = fetching
    this.ports = ports
  }

  async enter(url: URL): Promise<void> {
    if (url.origin !== this.origin) await this.leave()
    const paced = !this.ports.allowed.has(url.origin) && !this.entered.has(url.origin)
    const { kind, owner, share } = this.fetching
    const robots = kind === 'page'
    this.origin = url.origin
    if (paced || robots) {
      const { host, edge } = this.ports.pacesOf(url, kind)
      const terms = {
        ...(owner && { owner }),
        ...(host && { pace: host }),
        // A redirect to another host leads to an answer of another address.
        ...(share && this.entered.size === 0 && { share }),
      }
      const ticket = await admit({ url: url.href, robots, paced, ...terms }, this.ports)
      this.tickets.push(ticket)
      if (paced && edge) await this.enterEdge(edge, ticket)
    }
    this.entered.add(url.origin)
    this.last = null
  }

  answered(answer: Answered | 'stopped' | null): void {
    this.last = answer
  }

  /** Asks the edge after the host. If the edge has to be waited for, the host's slot is free again. */
  private async enterEdge({ origin, pace }: NonNullable<Paces['edge']>, held: Ticket) {
    const { owner } = this.fetching
    const request = { url: `${origin}/`, robots: false, paced: true, pace, ...(owner && { owner }) }
    try {
      this.tickets.push({ ...(await admit(request, this.ports)), edge: origin })
    } catch (error) {
      this.tickets = this.tickets.filter((ticket) => ticket !== held)
      await this.giveBack(held, { status: null, retry_at: null, unused: true })
      throw error
    }
  }

  /** Gives back all tickets of the origin. Each reports the origin's last answer. */
  async leave(): Promise<void> {
    const tickets = this.tickets
    this.tickets = []
    const left = tickets.map((ticket) => this.giveBack(ticket, this.leavingOf(ticket)))
    await Promise.all(left)
  }

  /** Of one host's trouble, its edge hears only that it is asked too often. */
  private leavingOf({ ahead_ms, edge }: Ticket): Omit<HostLeave, 'ticket'> {
    const left = leaving(this.last, this.ports.now() + ahead_ms)
    if (edge === undefined || left.stopped === true) return left
    return { status: left.status === 429 ? 429 : 200, retry_at: null }
  }

  /** Only logs an error: the fetch has its answer, and a ticket that is not given back runs out. */
  private async giveBack({ ticket, edge }: Ticket, left: Omit<HostLeave, 'ticket'>): Promise<void> {
    const { host, log } = this.ports
    const origin = edge ?? this.origin
    try {
      await host(origin).leave({ ticket, ...left })
    } catch (error) {
      log('warn', 'a host object was not told that a request is over', {
        origin,
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

/**
 * `ahead_ms`: how far the host object's clock is ahead of ours. The object takes all times by its own clock. `edge`:
 * the edge that gave the ticket, if no host did.
 */
type Ticket = { readonly ticket: number; readonly ahead_ms: number; readonly edge?: string }

/** Gets a ticket. Answers each read_robots with `learn`: other requests of the host wait for the answer. */
async function admit(
  request: HostRequest,
  { host, readRobots, now }: Omit<HostPorts, 'pacesOf'>,
): Promise<Ticket> {
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
      case 'kept':
        throw new StillFresh('the kept answer is fresh')
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
