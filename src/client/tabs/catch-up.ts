import type { RunEvent } from '../../protocol/events.ts'
import type { WatchedJob, WatchedRun } from '../../protocol/fold.ts'
import { isTerminalRun } from '../../protocol/terminal.ts'
import type { Held } from './held.ts'

/** What brings a watcher who knows the log up to `line` to what is held: the full state (EV-2). */
export function catchUp(line: number, { run, cursor, ...log }: Held): readonly RunEvent[] {
  const status: RunEvent = { event: 'status', data: run.status }
  const ended = isTerminalRun(run.status)
  const events: RunEvent[] = [
    ...(ended ? [] : [status]),
    { event: 'groups', data: Object.fromEntries(run.groups) },
    { event: 'all_jobs', data: each(run, entryOf) },
    ...detailsOf(run),
    ...(run.progress ? [{ event: 'progress', data: run.progress } as const] : []),
    ...logAfter(line, log),
    ...(run.snapshot ? [{ event: 'complete', data: run.snapshot } as const] : []),
    ...(ended ? [status] : []),
  ]
  return events.map((event, i) =>
    i === events.length - 1 && cursor !== undefined ? { ...event, id: cursor } : event,
  )
}

function entryOf({ external_id, title, status }: WatchedJob) {
  return { external_id, title, status }
}

function each<T>({ jobs }: WatchedRun, view: (job: WatchedJob) => T): Record<string, T[]> {
  return Object.fromEntries([...jobs].map(([group, all]) => [group, [...all.values()].map(view)]))
}

function detailsOf({ jobs }: WatchedRun): RunEvent[] {
  const groups = [...jobs].map(([group, all]) => {
    const said = [...all.values()].flatMap(({ external_id, detail }) =>
      detail ? [[external_id, detail] as const] : [],
    )
    return [group, Object.fromEntries(said)] as const
  })
  const known = groups.filter(([, details]) => Object.keys(details).length > 0)
  return known.length === 0 ? [] : [{ event: 'detail', data: Object.fromEntries(known) }]
}

/** The lines after the one that is known, and how many are missing where some are (EV-7). */
function logAfter(known: number, { lines, line }: Pick<Held, 'lines' | 'line'>): RunEvent[] {
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
