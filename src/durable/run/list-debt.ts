import { openEntry } from '../outbox/entry.ts'
import type { Group } from './group-state.ts'
import type { Run } from './run-state.ts'
import { problems } from './tally.ts'

/** Problems and notices alone are told at most once in this time: each job that fails is one. */
const PROBLEMS_MS = 1_000

/** Makes the run owe its owner's list, if a change concerns that list beyond the run's progress. */
export function oweChange(before: Run, after: Run, now: number): Run {
  if (isUrgent(before, after)) return owe(after, now)
  const [was, is] = [problems(before.tally), problems(after.tally)]
  if (was.groups === is.groups && was.jobs === is.jobs) return after
  return owe(after, now + PROBLEMS_MS)
}

/** Makes the run owe its owner's list the notices of a group, if a change of the group brings some. */
export function oweNotices(run: Run, [before, after]: readonly [Group, Group], now: number): Run {
  return after.notices === before.notices ? run : owe(run, now + PROBLEMS_MS)
}

/** Makes the run owe its owner's list from `due` on, or earlier where it owes already. */
export function owe(run: Run, due: number): Run {
  const { seq, named = 0, telling } = run
  const earlier = telling?.state === 'held' ? Math.min(telling.due, due) : due
  return { ...run, telling: openEntry({ seq, named }, earlier) }
}

function isUrgent(before: Run, after: Run): boolean {
  return (
    before.life.status !== after.life.status ||
    before.round !== after.round ||
    before.named !== after.named ||
    before.paused !== after.paused ||
    isAdmissionShown(before, after)
  )
}

/** Of a run that is admitted at once, the list is told with its next status: that spares a call of each start. */
function isAdmissionShown({ admission: was }: Run, { admission: is }: Run): boolean {
  return was?.kind !== is?.kind && !(was?.kind === 'asks' && is?.kind === 'admitted')
}
