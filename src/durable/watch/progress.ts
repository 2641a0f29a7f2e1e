import type { Progress, Wait } from '../../protocol/events.ts'
import { JobStatus } from '../../protocol/status.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import type { Run } from '../run-state.ts'
import { totalJobs } from '../run-state.ts'
import type { Entry } from '../schedule.ts'
import { Frame } from './frame.ts'
import { etaOf, observe, type Pace, rateOf } from './pace.ts'

/** Kinds of waits that are told: more would not be read. */
const WAITS = 3

/** How a run goes at the moment (EV-6). What it went by is lost with its object, and found anew. */
export class RunProgress {
  private pace: Pace = []

  /** A frame of one event, which carries no id and moves nobody. */
  frame(run: Run, entries: readonly Entry[], now: number): Frame {
    const done = doneJobs(run)
    this.pace = observe(this.pace, { at: now, done })
    const data = JSON.stringify(tell(run, this.pace, { done, waits: waitsOf(entries) }))
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

/** What most groups wait for outside of the run, each with the first time at which one goes on. */
function waitsOf(entries: readonly Entry[]): Wait[] {
  const found = new Map<string, { wait: Wait; groups: Set<number> }>()
  for (const { subject, state, due, waits } of entries.toSorted((a, b) => a.due - b.due)) {
    if (state !== 'held' || waits === null || subject.kind === 'checkpoint') continue
    const key = `${waits.code} ${waits.message}`
    const until = new Date(due).toISOString()
    const known = found.get(key) ?? { wait: { ...waits, until, groups: 0 }, groups: new Set() }
    known.groups.add(subject.group)
    found.set(key, known)
  }
  return [...found.values()]
    .map(({ wait, groups }) => ({ ...wait, groups: groups.size }))
    .toSorted((a, b) => b.groups - a.groups)
    .slice(0, WAITS)
}
