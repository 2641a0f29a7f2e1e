import type { Progress, Wait } from '../../../protocol/events.ts'
import type { Settings } from '../../../settings.ts'
import type { Run } from '../run-state.ts'
import { doneJobs, jobCounts } from '../tally.ts'
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
    const done = doneJobs(run.tally)
    this.pace = observe(this.pace, { at: now, done })
    const waits = waitsOf(standing, this.settings)
    const data = JSON.stringify(tell(run, this.pace, { done, waits }))
    const to = { kind: 'at', shown: run.seq, listed: run.seq } as const
    const events = [{ event: 'progress', data }]
    return new Frame(events, { to, listed: false, unlisted: false, final: false })
  }
}

/** How a run goes that has ended: nothing is open, and nothing more comes to its end. */
export function progressAtEnd({ tally }: Run): Progress {
  return { counts: jobCounts(tally), groups_open: 0, rate: 0 }
}

function tell(
  { tally }: Run,
  pace: Pace,
  { done, waits }: { readonly done: number; readonly waits: readonly Wait[] },
): Progress {
  const counts = jobCounts(tally)
  const eta = counts.total === 0 ? undefined : etaOf(pace, counts.total - done)
  return {
    counts,
    groups_open: tally.groups_open,
    rate: Math.round(rateOf(pace) * 10) / 10,
    ...(eta === undefined ? {} : { eta }),
    ...(waits.length === 0 ? {} : { waits: [...waits] }),
  }
}
