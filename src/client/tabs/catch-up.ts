import type { JobDetail, RunEvent } from '../../protocol/events.ts'
import type { WatchedJob, WatchedRun } from '../../protocol/fold.ts'
import { isTerminalRun } from '../../protocol/terminal.ts'
import { noChange } from '../log-position.ts'
import type { Held } from './held.ts'

/** What brings a watcher who knows the log up to `line` to what is held: the full state (EV-2). */
export function catchUp(line: number, held: Held): readonly RunEvent[] {
  const { status, groups, progress, snapshot } = held.run
  const said: RunEvent = { event: 'status', data: status }
  const ended = isTerminalRun(status)
  const events: readonly (RunEvent | false | undefined)[] = [
    !ended && said,
    { event: 'groups', data: Object.fromEntries(groups) },
    { event: 'all_jobs', data: byGroup(held.run, (jobs) => jobs.map(entryOf)) },
    { event: 'detail', data: byGroup(held.run, detailsOf) },
    progress && { event: 'progress', data: progress },
    ...logAfter(line, held),
    snapshot && { event: 'complete', data: snapshot },
    // The last of them carries the cursor, of a live run an update of nothing.
    { ...(ended ? said : noChange), ...(held.cursor && { id: held.cursor }) },
  ]
  return events.filter((event) => !!event)
}

function byGroup<T>({ jobs }: WatchedRun, view: (jobs: WatchedJob[]) => T): Record<string, T> {
  return Object.fromEntries([...jobs].map(([group, all]) => [group, view([...all.values()])]))
}

function entryOf({ external_id, title, status }: WatchedJob) {
  return { external_id, title, status }
}

function detailsOf(jobs: readonly WatchedJob[]): Record<string, JobDetail> {
  return Object.fromEntries(
    jobs.flatMap(({ external_id, detail }) => (detail ? [[external_id, detail]] : [])),
  )
}

/** The lines after the one that is known, and how many are missing where some are (EV-7). */
function logAfter(known: number, { lines, line }: Held): RunEvent[] {
  const events: RunEvent[] = []
  let last = known
  const skipTo = (next: number): void => {
    const dropped = next - last
    if (dropped > 0) events.push({ event: 'log', data: { dropped, after: last } })
  }
  for (const one of lines.filter(({ seq }) => seq > known)) {
    skipTo(one.seq - 1)
    events.push({ event: 'log', data: one })
    last = one.seq
  }
  skipTo(line)
  return events
}
