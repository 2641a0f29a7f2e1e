import type { Reason } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'
import type { Pace } from './host-pace.ts'
import { book, endLost, endRequest, noPace, startRequest } from './host-pace.ts'
import * as reasons from './host-reason.ts'
import type { RobotsFile, RobotsRules } from './host-robots.ts'
import { isRobotsFile, readRobots } from './host-robots.ts'
import type { HostAnswer, HostLeave, HostRequest, RobotsAnswer } from './host-rpc.ts'
import type { Trouble } from './host-trouble.ts'
import { hostBackoff, isOpen, judge, noTrouble } from './host-trouble.ts'

const READER_MS = 35_000
const READING_WAIT_MS = 1_000
/** The ticket of every request that is not paced: such requests are not counted. Other tickets begin at 1. */
const UNPACED = 0

/** The object's knowledge of a host. It belongs to no owner. */
export type HostState = {
  /** The number of the last ticket. */
  readonly tickets: number
  readonly pace: Pace
  readonly trouble: Trouble
  readonly robots: RobotsReading
  /** The host's robots.txt; null until it was read once. An old file is used while no newer one can be read. */
  readonly file: RobotsFile | null
}

type RobotsReading = {
  /** The ticket of the caller that was asked to read robots.txt, and until when the others wait for it. */
  readonly reader: { readonly ticket: number; readonly until: number } | null
  readonly failures: number
  /** The time of the first of these failures. */
  readonly since: number
  readonly retry_at: number
}

type Moment = { readonly now: number; readonly settings: Settings }
/** `rules`: those of the state's robots.txt; null if the state has none. */
type Entering = Moment & { readonly rules: RobotsRules | null }
type Entered = { readonly state: HostState; readonly answer: HostAnswer }
type Closed = { readonly kind: 'closed'; readonly from: number; readonly reason: Reason }
type Down = Extract<HostAnswer, { kind: 'down' }>
type Failing = { readonly failures: number; readonly since: number }

export const newHost: HostState = {
  tickets: 0,
  pace: noPace,
  trouble: noTrouble,
  robots: { reader: null, failures: 0, since: 0, retry_at: 0 },
  file: null,
}

/** Decides whether a request may go out now, and what its caller has to do if it may not. */
export function enter(before: HostState, request: HostRequest, at: Entering): Entered {
  const state = withoutLost(before, at.now)
  const answer = consult(state, request, at)
  if (answer.kind !== 'allowed' && answer.kind !== 'unread') return { state, answer }
  const closed = request.paced ? closedBy(state, request, at) : undefined
  if (closed?.kind === 'down') return { state, answer: closed }
  if (closed !== undefined) return waitFor(state, closed, at)
  return answer.kind === 'unread' ? askToRead(state, request, at) : letGo(state, request, at)
}

/** Takes robots.txt from the caller that was last asked to read it, and from no other. */
export function learn(state: HostState, answer: RobotsAnswer, at: Moment): HostState {
  const { robots } = state
  if (robots.reader?.ticket !== answer.ticket) return state
  const left = withPace(state, endRequest(state.pace, answer.ticket))
  const file = readRobots(answer, at.now)
  if (file !== undefined) return { ...left, file, robots: newHost.robots }
  const failures = robots.failures + 1
  const since = robots.failures === 0 ? at.now : robots.since
  const retry_at = at.now + hostBackoff(failures, at.settings)
  return { ...left, robots: { reader: null, failures, since, retry_at } }
}

/** Ends a request, and notes whether the host answered well. `learn` ends a request for robots.txt. */
export function leave(state: HostState, left: HostLeave, at: Moment): HostState {
  const known = state.pace.under_way.some(({ ticket }) => ticket === left.ticket)
  if (!known || state.robots.reader?.ticket === left.ticket) return state
  const pace = endRequest(state.pace, left.ticket)
  if (left.stopped === true) return { ...state, pace }
  return { ...state, pace, trouble: judge(state.trouble, left, at) }
}

type Consulted =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'unread' }
  | Extract<HostAnswer, { kind: 'wait' | 'forbidden' | 'down' }>

/** Asks robots.txt whether it allows this request, if the request wants that. */
function consult(state: HostState, request: HostRequest, at: Entering): Consulted {
  if (!request.robots || isRobotsFile(request.url)) return { kind: 'allowed' }
  const { robots, file } = state
  const { now, rules } = at
  const fresh = file !== null && now < file.fetched_at + at.settings.host_robots_ms
  if (fresh && rules !== null) return apply(rules, request)
  const host = hostOf(request)
  if (robots.reader !== null && now < robots.reader.until) {
    const until = Math.min(robots.reader.until, now + READING_WAIT_MS)
    return { kind: 'wait', until, reason: reasons.readingReason(host) }
  }
  if (now >= robots.retry_at) return { kind: 'unread' }
  if (rules !== null) return apply(rules, request)
  return (
    downSince(robots, host, at) ?? {
      kind: 'wait',
      until: robots.retry_at,
      reason: reasons.unreachableReason(host),
    }
  )
}

/**
 * Once a host has failed for `host_give_up_ms`, callers are told not to wait any longer: a run over a dead host
 * would otherwise never end. A request still goes out to the host whenever its backoff or its open circuit has run
 * out.
 */
function downSince({ failures, since }: Failing, host: string, at: Moment): Down | undefined {
  if (failures === 0 || at.now - since < at.settings.host_give_up_ms) return undefined
  return { kind: 'down', reason: reasons.downReason(host, since) }
}

function apply(rules: RobotsRules, request: HostRequest): Consulted {
  if (rules.allows(request.url)) return { kind: 'allowed' }
  return { kind: 'forbidden', reason: reasons.forbiddenReason(hostOf(request)) }
}

/**
 * Returns why no request may start now, and the earliest time at which one may. Returns undefined if one may start
 * now.
 */
function closedBy(state: HostState, request: HostRequest, at: Entering): Closed | Down | undefined {
  const { now, settings } = at
  const host = hostOf(request)
  const interval_ms = intervalOf(at)
  const paced = state.pace.last_start + interval_ms
  const afterwards = Math.max(paced, now + interval_ms)
  const blocked = blockedBy(state.trouble, host, at)
  if (blocked !== undefined) {
    const down = downSince(state.trouble, host, at)
    return down ?? { ...blocked, from: Math.max(paced, blocked.from) }
  }
  if (isProbed(state, settings)) {
    return {
      kind: 'closed',
      from: afterwards,
      reason: reasons.circuitReason(host, state.trouble.failures),
    }
  }
  if (state.pace.under_way.length >= settings.host_at_once) {
    return {
      kind: 'closed',
      from: afterwards,
      reason: reasons.busyReason(host, settings.host_at_once),
    }
  }
  if (now < paced)
    return { kind: 'closed', from: paced, reason: reasons.paceReason(host, interval_ms) }
  return undefined
}

function blockedBy(trouble: Trouble, host: string, at: Moment): Closed | undefined {
  const { failures, until, retry_at } = trouble
  if (Math.max(until, retry_at) <= at.now) return undefined
  if (retry_at >= until) {
    return { kind: 'closed', from: retry_at, reason: reasons.retryAfterReason(host, retry_at) }
  }
  const open = isOpen(trouble, at.settings)
  const reason = open ? reasons.circuitReason(host, failures) : reasons.backoffReason(host)
  return { kind: 'closed', from: until, reason }
}

/** Whether the circuit is half open and its one trial request is still under way. */
function isProbed({ trouble, pace }: HostState, settings: Settings): boolean {
  return isOpen(trouble, settings) && pace.under_way.some(({ since }) => since >= trouble.until)
}

function waitFor(state: HostState, { from, reason }: Closed, at: Entering): Entered {
  const { pace, until } = book(state.pace, from, { now: at.now, interval_ms: intervalOf(at) })
  return { state: withPace(state, pace), answer: { kind: 'wait', until, reason } }
}

function letGo(state: HostState, request: HostRequest, at: Entering): Entered {
  if (!request.paced) return { state, answer: { kind: 'go', ticket: UNPACED } }
  const ticket = state.tickets + 1
  return { state: started(state, ticket, at), answer: { kind: 'go', ticket } }
}

/** Asks the caller to read robots.txt, which counts as a request. */
function askToRead(state: HostState, request: HostRequest, at: Entering): Entered {
  const ticket = state.tickets + 1
  const counted = request.paced ? started(state, ticket, at) : { ...state, tickets: ticket }
  const reader = { ticket, until: at.now + READER_MS }
  return {
    state: { ...counted, robots: { ...state.robots, reader } },
    answer: { kind: 'read_robots', ticket },
  }
}

function started(state: HostState, ticket: number, at: Entering): HostState {
  const interval = { now: at.now, interval_ms: intervalOf(at) }
  return { ...state, tickets: ticket, pace: startRequest(state.pace, ticket, interval) }
}

function withoutLost(state: HostState, now: number): HostState {
  const { reader } = state.robots
  const isLost = reader !== null && now >= reader.until
  const pace = isLost ? endRequest(state.pace, reader.ticket) : state.pace
  return withPace(state, endLost(pace, now))
}

function intervalOf({ settings, rules }: Entering): number {
  return Math.max(settings.host_interval_ms, rules?.delay_ms ?? 0)
}

function withPace(state: HostState, pace: Pace): HostState {
  return pace === state.pace ? state : { ...state, pace }
}

function hostOf({ url }: HostRequest): string {
  return new URL(url).host
}
