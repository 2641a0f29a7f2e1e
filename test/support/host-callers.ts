import type { HostRequest } from '../../src/durable/host/host-rpc.ts'
import { enter, leave, newHost } from '../../src/durable/host/host-state.ts'
import type { Settings } from '../../src/settings.ts'

export type Caller = {
  readonly owner?: string
  /** The time of its first call. */
  readonly comes: number
  /** The duration of its request. Null if the request is lost: the caller never leaves. */
  readonly takes: number | null
  /** The delays with which it comes back after each refusal, in turn. */
  readonly lates: readonly number[]
  /** The number of refusals after which it does not come back. */
  readonly patience: number
}

/** A caller, and the number of its refusals so far. */
type Visit = { readonly caller: Caller; readonly refusals: number }
type Event = { readonly at: number; readonly happen: (now: number) => void }

/** The time after which a lost request counts as over. */
export const LOST_MS = 40_000

const request: HostRequest = { url: 'https://jobs.example.com/1', robots: false, paced: true }

/** The callers of one host, in simulated time. */
export class HostCallers {
  readonly starts: number[] = []
  /** The starts of each owner's requests. */
  readonly startsOf: Record<string, number[]> = {}
  readonly served = new Set<Caller>()
  /** The most requests that were open at the same time. */
  most = 0
  calls = 0
  private state = newHost
  private readonly ends: number[] = []
  private readonly events: Event[] = []
  private readonly settings: Settings

  constructor(callers: readonly Caller[], settings: Settings) {
    this.settings = settings
    for (const caller of callers) this.visit(caller.comes, { caller, refusals: 0 })
  }

  /** Runs until nothing more happens. */
  run(callsMax: number): void {
    for (;;) {
      const event = this.events.shift()
      if (event === undefined) return
      if (this.calls > callsMax) throw new Error(`they asked more than ${callsMax} times`)
      event.happen(event.at)
    }
  }

  private plan(event: Event): void {
    const before = this.events.findLastIndex(({ at }) => at <= event.at)
    this.events.splice(before + 1, 0, event)
  }

  private visit(at: number, visit: Visit): void {
    this.plan({ at, happen: (now) => this.ask(visit, now) })
  }

  private ask({ caller, refusals }: Visit, now: number): void {
    this.calls += 1
    const moment = { now, settings: this.settings, rules: null }
    const { owner } = caller
    const asked = { ...request, ...(owner === undefined ? {} : { owner }) }
    const { state, answer } = enter(this.state, asked, moment)
    this.state = state
    if (answer.kind === 'go') return this.start(caller, answer.ticket, now)
    if (answer.kind !== 'wait') throw new Error(`unexpected: ${answer.kind}`)
    if (answer.until <= now) throw new Error('told to come back at once')
    if (refusals >= caller.patience) return
    const late = caller.lates[refusals % caller.lates.length] ?? 0
    this.visit(answer.until + late, { caller, refusals: refusals + 1 })
  }

  private start(caller: Caller, ticket: number, now: number): void {
    const { takes } = caller
    this.starts.push(now)
    const own = (this.startsOf[caller.owner ?? ''] ??= [])
    own.push(now)
    this.served.add(caller)
    this.ends.push(now + (takes ?? LOST_MS))
    this.most = Math.max(this.most, this.ends.filter((end) => end > now).length)
    if (takes !== null) this.plan({ at: now + takes, happen: (at) => this.end(ticket, at) })
  }

  private end(ticket: number, now: number): void {
    const left = { ticket, status: 200, retry_at: null }
    this.state = leave(this.state, left, { now, settings: this.settings })
  }
}
