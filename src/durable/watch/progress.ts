import type { Progress, Wait } from '../../protocol/events.ts'
import { JobStatus } from '../../protocol/status.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import type { Settings } from '../../settings.ts'
import type { Run } from '../run-state.ts'
import { totalJobs } from '../run-state.ts'
import { Frame } from './frame.ts'
import { etaOf, observe, type Pace, rateOf } from './pace.ts'
import { type Standstill, waitsOf } from './waits.ts'

/** How a run goes at the moment (EV-6). What it went by is lost with its object, and found anew. */
export class RunProgress {
  private pace: Pace = []
  private readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  /** A frame of one event, which carries no id and moves nobody. */
  frame(standing: Standstill): Frame {
    const { run, now } = standing
    const done = doneJobs(run)
    this.pace = observe(this.pace, { at: now, done })
    const waits = waitsOf(standing, this.settings)
    const data = JSON.stringify(tell(run, this.pace, { done, waits }))
    const to = { kind: 'at', shown: run.seq, listed: run.seq } as const
    const events = [{ event: 'progress', data }]
    return new Frame(events, { to, listed: false, unlisted: false, final: false })
  }
}

function tell(
  run: Run,
  pace: Pace,
  { done, waits }: { readonly done: number; readonly waits: readonly Wait[] },
): Progress {
  const total = totalJobs(run.tally)
  const eta = total === 0 ? undefined : etaOf(pace, total - done)
  const by_status = Object.fromEntries(
    Object.entries(run.tally.jobs).filter(([, count]) => count > 0),
  )
  return {
    counts: { total, by_status },
    groups_open: run.tally.groups_open,
    rate: Math.round(rateOf(pace) * 10) / 10,
    ...(eta === undefined ? {} : { eta }),
    ...(waits.length === 0 ? {} : { waits: [...waits] }),
  }
}

function doneJobs({ tally }: Run): number {
  const done = JobStatus.options.filter(isTerminalJob)
  return done.reduce((sum, status) => sum + (tally.jobs[status] ?? 0), 0)
}
