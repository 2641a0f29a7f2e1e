import type { Led, Place, Seat } from './tab-talk.ts'

/** How a tab stands to the leader: in step with it, or apart, having asked the leader of a term, if any. */
export type Standing =
  | ({ readonly kind: 'in_step' } & Place)
  | { readonly kind: 'apart'; readonly term?: string }

export type Step = {
  readonly standing: Standing
  /** `join`: from here on it lacks nothing. `catch_up`: after taking the state that was said. */
  readonly does: 'take' | 'join' | 'catch_up' | 'ask' | 'nothing'
}

export const apart: Standing = { kind: 'apart' }

/** What a tab makes of what a leader says, so that it takes each item once. */
export function follow(standing: Standing, led: Led, { cursor, whole }: Seat): Step {
  const isKnown = standing.term === led.term
  if (isKnown && standing.kind === 'in_step') return goOn(standing, led)
  if (led.kind !== 'item') {
    if (whole && led.cursor !== undefined && led.cursor === cursor)
      return { standing: inStep(led), does: 'join' }
    if (led.kind === 'state' && !isAhead(cursor, led.cursor))
      return { standing: inStep(led), does: 'catch_up' }
  }
  return isKnown ? { standing, does: 'nothing' } : askOf(led)
}

function goOn(standing: Standing & Place, led: Led): Step {
  const { n } = standing
  if (led.kind === 'item' && led.n === n + 1) return { standing: inStep(led), does: 'take' }
  return led.n > n ? askOf(led) : { standing, does: 'nothing' }
}

function inStep({ term, n }: Place): Standing {
  return { kind: 'in_step', term, n }
}

function askOf({ term }: Place): Step {
  return { standing: { kind: 'apart', term }, does: 'ask' }
}

/** Whether a cursor is later than another of the same storage: nobody is taken back. */
export function isAhead(cursor: string | undefined, of: string | undefined): boolean {
  const [epoch, seq] = (cursor ?? '').split('.')
  const [other, than] = (of ?? '').split('.')
  return epoch === other && Number(seq) > Number(than)
}
