import { isBusy } from './api-error.ts'
import { type Backoff, pauseOf } from './backoff.ts'
import type { Connection } from './feed.ts'
import { isFinal } from './is-final.ts'
import type { Timing } from './timing.ts'
import type { Renewal } from './token.ts'
import { type Choice, failed, goUp, type Ladder, passOver, worked } from './transport-choice.ts'
import type { Ending } from './transports/connect.ts'

/** What the next connection is made from. */
export type Standing = Backoff & {
  readonly cursor: string | undefined
  readonly choice: Choice
}

/** A connection that is over. */
export type Past = {
  readonly ending: Ending
  /** It gave an event, or an answer without one. */
  readonly lived: boolean
  /** It asked to come back later, and may have given nothing else. */
  readonly put_off: boolean
  /** When another token may be had for the one that was refused. */
  readonly renewal: Renewal | undefined
}

/** What else a decision hangs on. */
export type Chance = Ladder &
  Pick<Timing, 'backoff_ms' | 'backoff_max_ms'> & {
    readonly random: number
  }

export type Step =
  | { readonly kind: 'stop'; readonly connection: Connection }
  /** At once, and nobody needs to be told. */
  | { readonly kind: 'on'; readonly standing: Standing }
  | {
      readonly kind: 'later'
      readonly standing: Standing
      readonly connection: Connection & { readonly status: 'reconnecting' }
    }

/** What follows the end of a connection. */
export function nextStep(before: Standing, past: Past, chance: Chance): Step {
  const { ending, lived } = past
  const choice = lived ? worked(before.choice) : before.choice
  const standing = { ...before, choice }
  if (past.renewal === 'now') return on(standing, choice)
  switch (ending.kind) {
    case 'terminal':
      return { kind: 'stop', connection: { status: 'ended' } }
    case 'left':
      return on(standing, goUp(choice, chance))
    case 'overtaken':
      // It may only have been slow: the next one goes on from what the poll has shown.
      return on(standing, failed(choice, chance))
    case 'full':
      // No failure: it is another transport's turn, where there is a choice.
      if (choice.kind !== 'fixed') return on(standing, passOver(choice, chance))
      return later(worse(standing), chance, ending)
    case 'unreadable':
      return later(worse({ ...standing, cursor: undefined }), chance, ending)
    case 'refused':
    case 'failed':
    case 'closed':
      return afterBreak(standing, past, chance)
  }
}

function afterBreak(standing: Standing, past: Past, chance: Chance): Step {
  const { ending, lived } = past
  const error = 'error' in ending ? ending.error : undefined
  if (isPutOff(past)) return later(worse(standing), chance, ending)
  if (isFinal(error)) return { kind: 'stop', connection: { status: 'failed', error } }
  if (lived) return later({ ...standing, failures: 0 }, chance, ending)
  // The server is at fault, or something that stands in between: the transport may be what is in the way.
  const choice = failed(standing.choice, chance)
  if (standing.choice.kind === 'trying') return on(standing, choice)
  return later(worse({ ...standing, choice }), chance, ending)
}

/**
 * Nothing is wrong with the transport: the server serves later, or there is a token later. A stream that it
 * puts off it closes; one that was given up had begun, and something holds back the rest.
 */
function isPutOff({ ending, lived, put_off, renewal }: Past): boolean {
  const busy = ending.kind === 'refused' && isBusy(ending.error)
  return busy || renewal === 'later' || (put_off && !lived && ending.kind === 'closed')
}

function on(standing: Standing, choice: Choice): Step {
  return { kind: 'on', standing: { ...standing, choice } }
}

function later(standing: Standing, chance: Chance, ending: Ending): Step {
  const at_least = ending.kind === 'refused' ? ending.retry_after_ms : 0
  const retry_ms = Math.max(at_least, pauseOf(standing, chance, chance.random))
  const why = 'error' in ending && { error: ending.error }
  return { kind: 'later', standing, connection: { status: 'reconnecting', retry_ms, ...why } }
}

function worse(standing: Standing): Standing {
  return { ...standing, failures: standing.failures + 1 }
}
