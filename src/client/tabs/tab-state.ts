import type { JobDetail, JobEntry, RunEvent } from '../../protocol/events.ts'
import { unwatched, type WatchedJob, type WatchedRun } from '../../protocol/fold.ts'
import type { LogLine } from '../../protocol/log.ts'
import { isTerminalRun } from '../../protocol/terminal.ts'
import { type Connection, cursorAfter, emptyUpdate, lastLineOf } from '../feed.ts'
import { foldShared } from '../shared-fold.ts'

/** A tab's state of a run: enough to bring another tab to the same state. Tabs send it to each other. */
export type TabState = {
  readonly run: WatchedRun
  readonly cursor: string | undefined
  readonly connection: Connection
  /** The run is exactly as it was at the cursor: no later event is folded into it. */
  readonly whole: boolean
  /** The log's newest lines, and the number of the last line that is known, if only as dropped (EV-7). */
  readonly lines: readonly LogLine[]
  readonly line: number
}

/** The server, too, sends at most 200 log lines to a watcher that catches up (EV-7). */
const CATCH_UP_LINES = 200

export const emptyTabState: TabState = {
  run: unwatched,
  cursor: undefined,
  connection: { status: 'connecting' },
  whole: false,
  lines: [],
  line: 0,
}

export function applyEvent(state: TabState, event: RunEvent): TabState {
  const cursor = cursorAfter(state.cursor, event)
  const isAtCursor = event.id !== undefined || (state.whole && !changes(state.run, event))
  return {
    ...state,
    ...logAfterEvent(state, event),
    run: foldShared(state.run, event),
    cursor,
    whole: cursor !== undefined && isAtCursor,
  }
}

function logAfterEvent({ lines }: TabState, event: RunEvent): Partial<TabState> {
  if (event.event !== 'log') return {}
  const more = 'seq' in event.data ? [...lines, event.data].slice(-CATCH_UP_LINES) : lines
  return { lines: more, line: lastLineOf(event) }
}

/**
 * Whether an event changes the run. Each connection begins with the status and all groups, which mostly repeat the
 * known ones.
 */
function changes(run: WatchedRun, event: RunEvent): boolean {
  switch (event.event) {
    case 'log':
    case 'progress':
      return false
    case 'status':
      return event.data !== run.status
    case 'groups':
      return Object.entries(event.data).some(
        ([group, state]) => JSON.stringify(state) !== JSON.stringify(run.groups.get(group)),
      )
    default:
      return true
  }
}

/** The events that bring a watcher to the state (EV-2). The watcher knows the log up to `line`. */
export function catchUp(line: number, state: TabState): readonly RunEvent[] {
  const { status, groups, progress, snapshot } = state.run
  const statusEvent: RunEvent = { event: 'status', data: status }
  const hasEnded = isTerminalRun(status)
  const events: readonly (RunEvent | false | undefined)[] = [
    !hasEnded && statusEvent,
    { event: 'groups', data: Object.fromEntries(groups) },
    { event: 'all_jobs', data: byGroup(state.run, (jobs) => jobs.map(entryOf)) },
    { event: 'detail', data: byGroup(state.run, detailsOf) },
    progress && { event: 'progress', data: progress },
    ...logSince(line, state),
    snapshot && { event: 'complete', data: snapshot },
    // The last event carries the cursor. In a live run it is an update that changes nothing.
    { ...(hasEnded ? statusEvent : emptyUpdate), ...(state.cursor && { id: state.cursor }) },
  ]
  return events.filter((event) => !!event)
}

function byGroup<T>({ jobs }: WatchedRun, view: (jobs: WatchedJob[]) => T): Record<string, T> {
  return Object.fromEntries([...jobs].map(([group, all]) => [group, view([...all.values()])]))
}

function entryOf({ external_id, title, status }: WatchedJob): JobEntry {
  return { external_id, title, status }
}

function detailsOf(jobs: readonly WatchedJob[]): Record<string, JobDetail> {
  return Object.fromEntries(
    jobs.flatMap(({ external_id, detail }) => (detail ? [[external_id, detail]] : [])),
  )
}

/** The log's lines after the known one. Where lines are missing, an event says how many (EV-7). */
function logSince(known: number, { lines, line }: TabState): RunEvent[] {
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
