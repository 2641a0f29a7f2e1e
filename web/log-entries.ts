import type { RunLog } from '../src/client/react.ts'
import type { LogDropped, LogLine } from '../src/protocol/log.ts'

/** So many lines are kept in the page, the newest. */
export const LINES_MAX = 500

/** So many missing lines are read at a time. */
const PAGE = 200

export type LogEntry = LogLine | LogDropped

/** What was read beside the stream; nothing up to `gone` is to be had any more. */
export type ReadLines = { readonly lines: readonly LogLine[]; readonly gone: number }

export const noneRead: ReadLines = { lines: [], gone: 0 }

/** The newest lines in order, and where some are missing, how many: the lines count from 1. */
export function entriesOf(log: RunLog, read: ReadLines): readonly LogEntry[] {
  const all = new Map([...read.lines, ...log.lines].map((line) => [line.seq, line]))
  const lines = [...all.values()].toSorted((one, other) => one.seq - other.seq)
  const newest = lines.slice(-LINES_MAX)
  const full = newest.length === LINES_MAX ? (newest[0]?.seq ?? 1) - 1 : 0
  const entries: LogEntry[] = []
  let last = Math.max(read.gone, full)
  for (const line of newest) {
    if (line.seq > last + 1) entries.push({ dropped: line.seq - last - 1, after: last })
    entries.push(line)
    last = line.seq
  }
  if (log.known > last) entries.push({ dropped: log.known - last, after: last })
  return entries
}

/** The part of the missing lines that is read next: the newest, since those are what is kept. */
export function nextPage({ dropped, after }: LogDropped): { after: number; limit: number } {
  const limit = Math.min(dropped, PAGE)
  return { after: after + dropped - limit, limit }
}

/** With the lines of a page. Where it begins late, those before it are gone for good. */
export function withPage(
  read: ReadLines,
  { after, limit }: { after: number; limit: number },
  lines: readonly LogLine[],
): ReadLines {
  const first = lines[0]?.seq ?? after + limit + 1
  const gone = first > after + 1 ? first - 1 : read.gone
  return { lines: [...read.lines, ...lines].slice(-LINES_MAX), gone }
}
