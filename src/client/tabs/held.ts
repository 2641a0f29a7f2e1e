import type { RunEvent } from '../../protocol/events.ts'
import { fold, unwatched, type WatchedRun } from '../../protocol/fold.ts'
import type { LogLine } from '../../protocol/log.ts'
import type { Connection } from '../feed.ts'
import { lastLine } from '../log-position.ts'
import { cursorAfter } from '../position.ts'

/** What a tab holds of a run, and how that is followed: enough to give it to another. */
export type Held = {
  readonly run: WatchedRun
  readonly cursor: string | undefined
  readonly connection: Connection
  /** The run is as it was at the cursor, with nothing folded in of what comes after. */
  readonly whole: boolean
  /** The log's last lines, and up to which of them it is known, be it only as dropped (EV-7). */
  readonly lines: readonly LogLine[]
  readonly line: number
}

/** As many as a stream gives to catch up. */
const LINES_MAX = 200

export const nothing: Held = {
  run: unwatched,
  cursor: undefined,
  connection: { status: 'connecting' },
  whole: false,
  lines: [],
  line: 0,
}

export function hold(held: Held, event: RunEvent): Held {
  const cursor = cursorAfter(held.cursor, event)
  const atCursor = event.id !== undefined || (held.whole && !changes(held.run, event))
  return {
    ...held,
    ...heldLines(held, event),
    run: fold(held.run, event),
    cursor,
    whole: cursor !== undefined && atCursor,
  }
}

function heldLines({ lines }: Held, event: RunEvent): Partial<Held> {
  if (event.event !== 'log') return {}
  const more = 'seq' in event.data ? [...lines, event.data].slice(-LINES_MAX) : lines
  return { lines: more, line: lastLine(event) }
}

/** A connection begins with the status and all groups, most often as they are known. */
function changes(run: WatchedRun, event: RunEvent): boolean {
  switch (event.event) {
    case 'log':
    case 'progress':
      return false
    case 'status':
      return event.data !== run.status
    case 'groups':
      return Object.entries(event.data).some(([group, { status, found }]) => {
        const known = run.groups.get(group)
        return known?.status !== status || known.found !== found
      })
    default:
      return true
  }
}
