import type { Progress } from '../../protocol/events.ts'
import { counted } from '../../protocol/nouns.ts'
import type { Snapshot } from '../../protocol/run.ts'
import type { GroupNotice, RunResults, RunStanding } from '../owner/owner-rpc.ts'
import { progressAtEnd } from '../watch/frames.ts'
import { asksOf } from './admission.ts'
import type { Group } from './group-state.ts'
import { shownPause } from './pause.ts'
import { nounsOf, type Run } from './run-state.ts'
import { whyError } from './run-views.ts'
import { problems } from './tally.ts'

type Standing = {
  readonly groups: readonly Group[]
  /** Makes the progress of a run that goes on. */
  readonly progress: () => Progress
  readonly now: number
}

/** The run as its owner's list shows it (OWN-4). */
export function standingOf(run: Run, { groups, progress, now }: Standing): RunStanding {
  const asks = asksOf(run)
  const notices = untold(run, groups)
  const { run_id, epoch, seq, named = 0, round, pipeline, labels, life, created_at, tally } = run
  return {
    run_id,
    epoch,
    seq,
    named,
    at: now,
    title: titleOf(run, groups),
    status: life.status,
    round,
    ...(life.status === 'error' ? { error: whyError(run) } : {}),
    ...(asks === undefined ? {} : { asks }),
    facts: {
      pipeline,
      ...(labels === undefined ? {} : { labels }),
      created_at: new Date(created_at).toISOString(),
      ...('ended_at' in life ? { ended_at: new Date(life.ended_at).toISOString() } : {}),
      problems: problems(tally),
      ...shownPause(run),
      progress: 'snapshot' in life ? progressAtEnd(life.snapshot) : progress(),
    },
    ...('snapshot' in life ? { results: resultsOf(life.snapshot) } : {}),
    ...(notices.length === 0 ? {} : { notices }),
  }
}

/** What the owner's object has not confirmed yet. A group that changed since is told again. */
function untold({ noticed_seq = 0 }: Run, groups: readonly Group[]): GroupNotice[] {
  return groups.flatMap(({ key, title, seq, notices = [] }) =>
    seq > noticed_seq ? notices.map((notice) => ({ group: key, title, notice })) : [],
  )
}

function resultsOf({ total, new: fresh, changed, unchanged, gone }: Snapshot): RunResults {
  return { total, new: fresh, changed, unchanged, ...(gone === undefined ? {} : { gone }) }
}

/** What people call the run: its name, or what it is about. */
function titleOf(run: Run, groups: readonly Group[]): string {
  const [first] = groups
  if (run.name !== undefined) return run.name
  if (first !== undefined && groups.length === 1) return first.title ?? first.key
  return counted(groups.length, nounsOf(run).group)
}
