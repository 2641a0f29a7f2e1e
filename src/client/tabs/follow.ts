import { parseCursor } from '../../protocol/cursor.ts'
import type { Led, Place, Seat } from './tab-talk.ts'

/** How a tab stands to the leader: in step with it, or apart, having asked the leader of a term, if any. */
export type Standing =
  | { readonly kind: 'in_step'; readonly place: Place }
  | { readonly kind: 'apart'; readonly asked: string | undefined }

export type Step = {
  readonly standing: Standing
  /** `join`: from here on it lacks nothing. `catch_up`: after taking the state that was said. */
  readonly does: 'take' | 'join' | 'catch_up' | 'ask' | 'nothing'
}

export const apart: Standing = { kind: 'apart', asked: undefined }

/** What a tab makes of what a leader says, so that it takes each item once. */
export function follow(standing: Standing, led: Led, { cursor, whole }: Seat): Step {
  if (standing.kind === 'in_step' && standing.place.term === led.term)
    return goOn(standing.place, led)
  if (led.kind !== 'item') {
    const at = led.kind === 'state' ? led.held.cursor : led.cursor
    if (whole && at !== undefined && at === cursor) return { standing: inStep(led), does: 'join' }
    if (led.kind === 'state' && !isAhead(cursor, at))
      return { standing: inStep(led), does: 'catch_up' }
  }
  const asked = standing.kind === 'apart' && standing.asked === led.term
  return asked ? { standing, does: 'nothing' } : askOf(led)
}

function goOn({ term, n }: Place, led: Led): Step {
  if (led.kind === 'item' && led.n === n + 1) return { standing: inStep(led), does: 'take' }
  if (led.n > n) return askOf(led)
  return { standing: { kind: 'in_step', place: { term, n } }, does: 'nothing' }
}

function inStep({ term, n }: Place): Standing {
  return { kind: 'in_step', place: { term, n } }
}

function askOf({ term }: Place): Step {
  return { standing: { kind: 'apart', asked: term }, does: 'ask' }
}

/** Whether a cursor is later than another of the same storage: nobody is taken back. */
export function isAhead(cursor: string | undefined, of: string | undefined): boolean {
  const [one, other] = [parseCursor(cursor), parseCursor(of)]
  return one !== undefined && one.epoch === other?.epoch && one.seq > other.seq
}
