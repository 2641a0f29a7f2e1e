import * as fc from 'fast-check'

import type { Action } from './actions.ts'
import type { Shape } from './shape.ts'

const often: Action['kind'][] = ['deliver', 'deliver', 'arrive', 'arrive', 'flow', 'alarm']
const sometimes: Action['kind'][] = [
  'passes',
  'join',
  'comeBack',
  'stall',
  'drain',
  'callLate',
  'databaseCuts',
  'databaseCuts',
  'databaseAway',
]
const seldom: Action['kind'][] = [
  'messageDoubled',
  'messageLost',
  'queueWiped',
  'queueAway',
  'deadLetter',
  'callLost',
  'answerLost',
  'callDoubled',
  'callDoubled',
  'consumerDies',
  'diskSlow',
  'callFails',
  'callCrashes',
  'crash',
  'evict',
  'alarmTwice',
  'alarmThrows',
  'alarmCrashes',
  'leave',
  'stray',
  'startAgain',
  'pause',
  'resume',
  'pauseAll',
  'ownerWakes',
]

/** Any history. Most of them get somewhere. */
const any = fc.oneof(
  { weight: 64, arbitrary: fc.constantFrom(...often) },
  { weight: 15, arbitrary: fc.constantFrom(...sometimes) },
  { weight: 18, arbitrary: fc.constantFrom(...seldom) },
  { weight: 5, arbitrary: fc.constant<Action['kind']>('retry') },
  { weight: 1, arbitrary: fc.constant<Action['kind']>('abort') },
)

/** Histories in which consumers lose Postgres, give back what they hold, and go on too late. */
const late = fc.constantFrom<Action['kind'][]>(
  'deliver',
  'arrive',
  'arrive',
  'alarm',
  'databaseCuts',
)

export type History = {
  readonly shape: Shape
  readonly begins: 'unsynced' | 'started' | 'planned'
  readonly actions: readonly Action[]
  readonly zombies: 'first' | 'last'
}

function historiesOf(kind: fc.Arbitrary<Action['kind']>): fc.Arbitrary<History> {
  const action = fc.record({ kind, pick: fc.nat({ max: 60 }), count: fc.nat({ max: 6 }) })
  return fc.record<History>({
    shape: fc.record({
      listings: fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }),
      page_bytes: fc.constantFrom(120, 400, 200_000),
      archive_ms: fc.constantFrom(150, 5_000),
    }),
    begins: fc.constantFrom('planned', 'planned', 'started', 'unsynced'),
    actions: fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }),
    zombies: fc.constantFrom('first', 'last'),
  })
}

export const histories = historiesOf(any)

export const lateHistories = historiesOf(late)
