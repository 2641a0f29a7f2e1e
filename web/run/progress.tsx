import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { shownStatus } from '../../src/protocol/run-problems.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { Badge } from '../parts/badge.tsx'
import { useNouns, usePhase } from '../parts/nouns.ts'
import { TallyBar } from '../parts/tally-bar.tsx'
import { tallyRun } from '../parts/tally.ts'
import { count, countOf, moment, runTones } from '../parts/words.ts'
import { Elapsed } from './elapsed.tsx'
import { useFollowed } from './followed.ts'
import { Pace } from './pace.tsx'
import { lists, pauseOf, standingWords } from './run-words.ts'
import { TallyBadges } from './tally-badges.tsx'

type ProgressProps = {
  run_id: RunId
  view: RunView | undefined
  /** The number of the run's expiries that wait for a decision. */
  held: number
}

/** The run's counts and rate. */
export function Progress({ run_id, view, held }: ProgressProps) {
  const { job } = useNouns()
  const run = useFollowed(run_id, (state) => state.run)
  // Without a live connection the last progress is out of date.
  const live = useFollowed(run_id, ({ connection }) => connection.status === 'live')
  const tally = tallyRun(run)
  const status = shownStatus(run, held)
  const phase = usePhase(run.status)
  const isPaused = pauseOf(run) !== 'none'
  return (
    <section aria-labelledby="progress" className="panel space-y-3 p-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="progress" className="sr-only">
          Progress
        </h2>
        <span data-testid="status">
          <Badge tone={isPaused ? 'pending' : runTones[status]}>{standingWords(run, held)}</Badge>
        </span>
        <p className="text-lg font-semibold tabular-nums" data-testid="total">
          {count(tally.done)} of {count(tally.total)} done
        </p>
        {phase !== '' && !isPaused && <p className="text-sm text-muted">{phase}</p>}
        <Unread run={run} />
        {view && (
          <p className="text-sm text-muted sm:ml-auto">
            {moment(view.created_at)} · <Elapsed view={view} />
          </p>
        )}
      </div>
      <TallyBar label={`All ${job.many}`} tally={tally} {...shares(run)} thick />
      <TallyBadges tally={tally} />
      {!isTerminalRun(run.status) && (
        <Pace progress={live ? run.progress : undefined} isPaused={isPaused} />
      )}
    </section>
  )
}

/** The shares of the lists that are still to be read, and that could not be read. */
function shares(run: WatchedRun) {
  const { total, open, failed } = lists(run)
  return total === 0 ? {} : { unread: open / total, failed: failed / total }
}

/** Counts the unread lists: all known jobs may be done while most lists are still unread. */
function Unread({ run }: { run: WatchedRun }) {
  const { list } = useNouns()
  const { total, open } = lists(run)
  if (open === 0) return null
  return (
    <p className="text-sm text-muted tabular-nums" data-testid="unread">
      so far: {count(total - open)} of {countOf(total, list)} read
    </p>
  )
}
