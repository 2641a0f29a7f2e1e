import { type Backoff, pauseOf } from './backoff.ts'
import type { Connection } from './feed.ts'
import type { Timing } from './timing.ts'
import { type Choice, failed, goUp, type Ladder, passOver, worked } from './transport-choice.ts'
import type { Ending } from './transports/connect.ts'

/** What the next connection is made from. */
export type Standing = {
  readonly cursor: string | undefined
  readonly choice: Choice
  readonly backoff: Backoff
}

/** A connection that is over. */
export type Past = {
  readonly ending: Ending
  /** It gave an event, or an answer without one. */
  readonly lived: boolean
  /** It asked to come back later, and may have given nothing else. */
  readonly put_off: boolean
  /** Another token may be had for the one that was refused. */
  readonly renewable: boolean
}

/** What else a decision hangs on. */
export type Chance = {
  readonly now: number
  readonly random: number
  readonly ladder: Ladder
  readonly range: Pick<Timing, 'backoff_ms' | 'backoff_max_ms'>
}

export type Step =
  | { readonly kind: 'stop'; readonly connection: Connection }
  /** At once, and nobody needs to be told. */
  | { readonly kind: 'on'; readonly standing: Standing }
  | {
      readonly kind: 'later'
      readonly standing: Standing
      readonly wait_ms: number
      readonly error: unknown
    }

/** What follows the end of a connection. */
export function nextStep(before: Standing, past: Past, chance: Chance): Step {
  const { ending, lived } = past
  const { ladder } = chance
  const standing = lived ? { ...before, choice: worked(before.choice) } : before
  switch (ending.kind) {
    case 'terminal':
      return { kind: 'stop', connection: { status: 'ended' } }
    case 'left':
      return on(standing, goUp(standing.choice, ladder))
    case 'unreadable':
      return later({ ...worse(standing), cursor: undefined }, chance, ending)
    case 'refused':
      return afterRefusal(standing, { ...past, ending }, chance)
    case 'full':
      // No failure: it is another transport's turn, where there is a choice.
      if (standing.choice.kind === 'fixed') return later(worse(standing), chance, ending)
      return on(standing, passOver(standing.choice, ladder, chance.now))
    case 'closed':
    case 'failed':
      return afterBreak(standing, past, chance)
  }
}

type Refused = Past & { readonly ending: Ending & { readonly kind: 'refused' } }

function afterRefusal(standing: Standing, past: Refused, chance: Chance): Step {
  const { error } = past.ending
  if (error.status === 401 && past.renewable) return on(standing, standing.choice)
  if (error.isFinal) return { kind: 'stop', connection: { status: 'failed', error } }
  if (error.status >= 400 && error.status < 500) return later(worse(standing), chance, past.ending)
  // The server is at fault, or something that stands in between: the transport may be what is in the way.
  return afterBreak(standing, past, chance)
}

function afterBreak(standing: Standing, { ending, lived, put_off }: Past, chance: Chance): Step {
  if (lived) return later(failedTimes(standing, 0), chance, ending)
  if (put_off) return later(worse(standing), chance, ending)
  const choice = failed(standing.choice, chance.ladder, chance.now)
  if (standing.choice.kind === 'trying') return on(standing, choice)
  return later(worse({ ...standing, choice }), chance, ending)
}

function on(standing: Standing, choice: Choice): Step {
  return { kind: 'on', standing: { ...standing, choice } }
}

function later(standing: Standing, { range, random }: Chance, ending: Ending): Step {
  const at_least = ending.kind === 'refused' ? ending.retry_after_ms : 0
  const wait_ms = Math.max(at_least, pauseOf(standing.backoff, range, random))
  return { kind: 'later', standing, wait_ms, error: 'error' in ending ? ending.error : undefined }
}

function worse(standing: Standing): Standing {
  return failedTimes(standing, standing.backoff.failures + 1)
}

function failedTimes(standing: Standing, failures: number): Standing {
  return { ...standing, backoff: { ...standing.backoff, failures } }
}
