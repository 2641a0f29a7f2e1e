import type { Reason } from '../../protocol/status.ts'
import type { Settings } from '../../settings.ts'
import { lineOf, type OwnerLines, sharersOf, withLine, yieldsUntil } from './host-lines.ts'
import type { Pace, UnderWay } from './host-pace.ts'
import { book, endLost, endRequest, noPace, startRequest, useSlot } from './host-pace.ts'
import * as reasons from './host-reason.ts'
import type { RobotsFile, RobotsRules } from './host-robots.ts'
import { isRobotsFile, readRobots } from './host-robots.ts'
import type { HostAnswer, HostLeave, HostPace, HostRequest, RobotsAnswer } from './host-rpc.ts'
import { sharedWith, type Shares, sharingReason, withAnswer } from './host-shares.ts'
import type { Trouble } from './host-trouble.ts'
import { askedPause, hostBackoff, isFailure, isOpen, judge, noTrouble } from './host-trouble.ts'

const READER_MS = 35_000
const READING_WAIT_MS = 1_000
/** The ticket of every request that is not paced: such requests are not counted. Other tickets begin at 1. */
const UNPACED = 0

/** The object's knowledge of a host. All but the lines counts for every owner. */
export type HostState = {
  /** The number of the last ticket. */
  readonly tickets: number
  readonly pace: Pace
  /** What the host itself asks of everybody: its 429s, and the pauses that it names. */
  readonly trouble: Trouble
  readonly lines: OwnerLines
  readonly shares: Shares
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
  lines: {},
  shares: {},
  robots: { reader: null, failures: 0, since: 0, retry_at: 0 },
  file: null,
}

/** Decides whether a request may go out now, and what its caller has to do if it may not. */
export function enter(before: HostState, request: HostRequest, at: Entering): Entered {
  const state = withoutLost(before, at.now)
  const answer = consult(state, request, at)
  if (answer.kind !== 'allowed' && answer.kind !== 'unread') return { state, answer }
  const shared = sharingOf(state, request, at)
  if (shared !== undefined) return { state, answer: shared }
  const closed = request.paced ? closedBy(state, request, at) : undefined
  if (closed?.kind === 'down') return { state, answer: closed }
  if (closed !== undefined) return waitFor(state, { ...closed, request }, at)
  return answer.kind === 'unread' ? askToRead(state, request, at) : letGo(state, request, at)
}

/** Spares a request whose answer another caller fetches or has fetched. */
function sharingOf(state: HostState, request: HostRequest, at: Entering): HostAnswer | undefined {
  const { shares, pace } = state
  const { now } = at
  const { share_ms } = at.settings
  const shared = sharedWith({ shares, under_way: pace.under_way }, request.share, { now, share_ms })
  if (shared === undefined) return undefined
  if (shared === 'kept') return { kind: 'kept' }
  return { kind: 'wait', until: shared.until, reason: sharingReason(hostOf(request)) }
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
  const request = state.pace.under_way.find(({ ticket }) => ticket === left.ticket)
  if (!request || state.robots.reader?.ticket === left.ticket) return state
  const ended = { ...state, pace: endRequest(state.pace, left.ticket) }
  if (left.unused === true) return unstarted(ended, request, at.now)
  if (left.stopped === true) return ended
  const { share, owner } = request
  const { share_ms } = at.settings
  const shares = withAnswer(state.shares, { share, ...left }, { now: at.now, share_ms })
  return judged({ ...ended, shares }, { ...left, owner }, at)
}

/** Takes back the start of a request that was never sent, unless another request has started since. */
function unstarted(state: HostState, { owner, since, before }: UnderWay, now: number): HostState {
  const { pace, lines } = state
  if (pace.last_start !== since) return state
  const line = { last_start: before.owner, seen: now }
  const paced = { ...pace, last_start: before.host }
  return { ...state, pace: paced, lines: withLine(lines, owner, line) }
}

/** A 429 and a pause that the host asks for are for everybody. Another failure counts for its owner alone. */
function judged(state: HostState, left: HostLeave & { owner: string }, at: Moment): HostState {
  const { owner, status } = left
  const { trouble: own } = lineOf(state.lines, owner)
  const isOwn = isFailure(left) && status !== 429
  const asked = { retry_at: Math.max(state.trouble.retry_at, askedPause(left, at.now)) }
  const trouble = isOwn ? { ...state.trouble, ...asked } : judge(state.trouble, left, at)
  const line = status === 429 ? own : judge(own, { ...left, retry_at: null }, at)
  return {
    ...state,
    trouble,
    lines: withLine(state.lines, owner, { trouble: line, seen: at.now }),
  }
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
 * now. While callers of several owners wait, each owner has an equal part of the starts and of the places.
 */
function closedBy(state: HostState, request: HostRequest, at: Entering): Closed | Down | undefined {
  const { now } = at
  const { host, owner, interval_ms, at_once } = termsOf(request, at)
  const line = lineOf(state.lines, owner)
  const yields = yieldsUntil(state.lines, owner, { now, interval_ms })
  const next = state.pace.last_start + interval_ms
  const paced = now < yields ? Math.max(next, now + interval_ms) : next
  const afterwards = Math.max(paced, now + interval_ms)
  const { under_way } = state.pace
  const owns = under_way.filter((one) => one.owner === owner)
  const parts = [
    { trouble: state.trouble, under_way },
    { trouble: line.trouble, under_way: owns },
  ]
  for (const { trouble } of parts) {
    const blocked = blockedBy(trouble, host, at)
    const down = blocked && downSince(trouble, host, at)
    if (blocked) return down ?? { ...blocked, from: Math.max(paced, blocked.from) }
  }
  const probed = parts.find((part) => isProbed(part, at.settings))
  if (probed) {
    const reason = reasons.circuitReason(host, probed.trouble.failures)
    return { kind: 'closed', from: afterwards, reason }
  }
  const places = Math.max(1, Math.floor(at_once / sharersOf(state.lines, owner, now)))
  if (under_way.length >= at_once || owns.length >= places) {
    return { kind: 'closed', from: afterwards, reason: reasons.busyReason(host, at_once) }
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
function isProbed(
  { trouble, under_way }: Pick<HostState, 'trouble'> & Pick<Pace, 'under_way'>,
  settings: Settings,
): boolean {
  return isOpen(trouble, settings) && under_way.some(({ since }) => since >= trouble.until)
}

type WaitingTurn = Closed & { readonly request: HostRequest }

/** Gives the caller a slot of its owner. The slots of an owner are farther apart while the host is shared. */
function waitFor(state: HostState, { from, reason, request }: WaitingTurn, at: Entering): Entered {
  const { owner, interval_ms } = termsOf(request, at)
  const { now } = at
  const line = lineOf(state.lines, owner)
  const spacing_ms = interval_ms * sharersOf(state.lines, owner, now)
  const { slots, until } = book(line.slots, from, { now, interval_ms, spacing_ms })
  const lines = withLine(state.lines, owner, { slots, seen: now })
  return { state: { ...state, lines }, answer: { kind: 'wait', until, reason } }
}

function letGo(state: HostState, request: HostRequest, at: Entering): Entered {
  if (!request.paced) return { state, answer: { kind: 'go', ticket: UNPACED } }
  const ticket = state.tickets + 1
  return { state: started(state, { ticket, request }, at), answer: { kind: 'go', ticket } }
}

/** Asks the caller to read robots.txt, which counts as a request. */
function askToRead(state: HostState, request: HostRequest, at: Entering): Entered {
  const ticket = state.tickets + 1
  const counted = request.paced
    ? started(state, { ticket, request }, at)
    : { ...state, tickets: ticket }
  const reader = { ticket, until: at.now + READER_MS }
  return {
    state: { ...counted, robots: { ...state.robots, reader } },
    answer: { kind: 'read_robots', ticket },
  }
}

type BegunRequest = { readonly ticket: number; readonly request: HostRequest }

function started(state: HostState, { ticket, request }: BegunRequest, at: Entering): HostState {
  const { owner, interval_ms } = termsOf(request, at)
  const { now: since } = at
  const line = lineOf(state.lines, owner)
  const before = { host: state.pace.last_start, owner: line.last_start }
  const slots = useSlot(line.slots, { now: since, interval_ms })
  return {
    ...state,
    tickets: ticket,
    pace: startRequest(state.pace, { ticket, since, owner, before, ...sharedBy(request) }),
    lines: withLine(state.lines, owner, { slots, last_start: since, seen: since }),
  }
}

function sharedBy({ share }: HostRequest): Pick<UnderWay, 'share'> {
  return share === undefined ? {} : { share }
}

function withoutLost(state: HostState, now: number): HostState {
  const { reader } = state.robots
  const isLost = reader !== null && now >= reader.until
  const pace = isLost ? endRequest(state.pace, reader.ticket) : state.pace
  return withPace(state, endLost(pace, now))
}

/** Whose request it is, and the pace that applies to it. A crawl-delay makes any pace slower. */
function termsOf(request: HostRequest, { settings, rules }: Entering) {
  const { owner = '', pace = paceOfPages(settings) } = request
  const interval_ms = Math.max(pace.interval_ms, rules?.delay_ms ?? 0)
  return { host: hostOf(request), owner, interval_ms, at_once: pace.at_once }
}

function paceOfPages({ host_interval_ms, host_at_once }: Settings): HostPace {
  return { interval_ms: host_interval_ms, at_once: host_at_once }
}

function withPace(state: HostState, pace: Pace): HostState {
  return pace === state.pace ? state : { ...state, pace }
}

function hostOf({ url }: HostRequest): string {
  return new URL(url).host
}
