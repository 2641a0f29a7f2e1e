import { type Backoff, type BackoffRange, pauseMs } from './backoff.ts'
import type { ConnectionEnd } from './connection.ts'
import { isBusy, isFinal } from './errors.ts'
import type { Connection } from './feed.ts'
import type { Renewal } from './token.ts'
import {
  afterFailure,
  afterSuccess,
  isTry,
  type Ladder,
  polling,
  stepAside,
  stepDown,
  type TransportChoice,
} from './transport-choice.ts'

/** The choices for the next connection. */
export type ConnectionPlan = Backoff & {
  readonly cursor: string | undefined
  readonly choice: TransportChoice
}

/** A connection that is over, and how it went. */
export type PastConnection = {
  readonly end: ConnectionEnd
  /** The connection brought an event, or the answer to a poll, which may have no event. */
  readonly lived: boolean
  /** The pause that the server asked for. It may be all that the connection brought. */
  readonly retry_ms: number | undefined
  /** When another token may be had, if the server refused this one. */
  readonly renewal: Renewal | undefined
}

export type ReconnectRules = Ladder & BackoffRange & { readonly random: number }

export type ReconnectDecision =
  /** No further connection: the round has ended, or the run cannot be followed. */
  | { readonly kind: 'stop'; readonly connection: Connection }
  /** The next connection follows at once, and the connection's status stays as it is. */
  | { readonly kind: 'now'; readonly plan: ConnectionPlan }
  /** The next connection follows after `retry_ms`. */
  | {
      readonly kind: 'later'
      readonly plan: ConnectionPlan
      readonly connection: Connection & { readonly status: 'reconnecting' }
    }

/** Decides whether another connection follows, when, and over which transport. */
export function decideReconnect(
  before: ConnectionPlan,
  past: PastConnection,
  rules: ReconnectRules,
): ReconnectDecision {
  const plan = planAfter(before, past)
  const { choice } = plan
  const { end, renewal } = past
  if (renewal === 'now') return now(plan, choice)
  switch (end.kind) {
    case 'terminal':
      return { kind: 'stop', connection: { status: 'ended' } }
    case 'left':
      return now(plan, stepAside(before.choice, rules))
    case 'overtaken':
      // The connection may only have been slow. The next one begins after the events that the poll has brought.
      return now(plan, afterFailure(choice, rules))
    case 'full':
    case 'crowded':
      return afterFull(plan, end, rules)
    case 'unreadable':
      return later(withFailure({ ...plan, cursor: undefined }), end, rules)
    case 'refused':
    case 'failed':
    case 'silent':
    case 'closed':
      return afterBreak(plan, past, rules)
  }
}

/** A pause that the server asked for holds for all later connections too. */
function planAfter(before: ConnectionPlan, past: PastConnection): ConnectionPlan {
  const choice = hasWorked(past) ? afterSuccess(before.choice) : before.choice
  return { ...before, choice, retry_ms: past.retry_ms ?? before.retry_ms }
}

/**
 * Whether the transport works. A transport that lets only the first part of a connection through does not work.
 */
function hasWorked({ end, lived }: PastConnection): boolean {
  return lived && end.kind !== 'silent'
}

/** The transport has not failed, but another one is taken where there is a choice. */
function afterFull(
  plan: ConnectionPlan,
  end: ConnectionEnd,
  rules: ReconnectRules,
): ReconnectDecision {
  const { choice } = plan
  if (choice.kind === 'fixed') return later(withFailure(plan), end, rules)
  return now(plan, end.kind === 'full' ? stepDown(choice, rules) : polling(rules))
}

function afterBreak(
  plan: ConnectionPlan,
  past: PastConnection,
  rules: ReconnectRules,
): ReconnectDecision {
  const { end, lived } = past
  const error = 'error' in end ? end.error : undefined
  if (isForLater(past)) return later(withFailure(plan), end, rules)
  if (isFinal(error)) return { kind: 'stop', connection: { status: 'failed', error } }
  // If the transport has not worked, either the server is at fault, or something on the way blocks this
  // transport.
  const choice = hasWorked(past) ? plan.choice : afterFailure(plan.choice, rules)
  if (isTry(plan.choice)) return now(plan, choice)
  return later({ ...plan, choice, failures: lived ? 0 : plan.failures + 1 }, end, rules)
}

/**
 * Whether the transport is not at fault, because the server cannot serve yet or there is no new token yet. A
 * server that cannot serve asks for a pause and closes the stream. If the client ended the stream instead, the
 * server had begun to serve, and something on the way holds back the rest.
 */
function isForLater({ end, lived, retry_ms, renewal }: PastConnection): boolean {
  const isPutOff = retry_ms !== undefined && !lived && end.kind === 'closed'
  return isPutOff || renewal === 'later' || (end.kind === 'refused' && isBusy(end.error))
}

function now(plan: ConnectionPlan, choice: TransportChoice): ReconnectDecision {
  return { kind: 'now', plan: { ...plan, choice } }
}

function later(plan: ConnectionPlan, end: ConnectionEnd, rules: ReconnectRules): ReconnectDecision {
  const at_least = end.kind === 'refused' ? end.retry_ms : 0
  const retry_ms = Math.max(at_least, pauseMs(plan, rules, rules.random))
  const why = 'error' in end && { error: end.error }
  return { kind: 'later', plan, connection: { status: 'reconnecting', retry_ms, ...why } }
}

function withFailure(plan: ConnectionPlan): ConnectionPlan {
  return { ...plan, failures: plan.failures + 1 }
}
