import type { RunLog } from '../../src/client/react.ts'
import type { LogDropped, LogLine } from '../../src/protocol/log.ts'

/** The page keeps the newest lines, and at most this many. */
export const LINES_MAX = 500

/** The most missing lines that one request reads. */
const PAGE = 200

export type LogEntry = LogLine | LogDropped

/** Lines that the page read beside the stream. The server no longer has the lines up to `gone`. */
export type ReadLines = { readonly lines: readonly LogLine[]; readonly gone: number }

export const noneRead: ReadLines = { lines: [], gone: 0 }

/** Lists the newest lines in order, with an entry for each gap. The first line has number 1. */
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

/** Chooses the newest part of a gap as the next request, because the page keeps the newest lines. */
export function nextPage({ dropped, after }: LogDropped): { after: number; limit: number } {
  const limit = Math.min(dropped, PAGE)
  return { after: after + dropped - limit, limit }
}

/** Adds the lines of an answer. The server no longer has the requested lines before the answer's first. */
export function withPage(
  read: ReadLines,
  { after, limit }: { after: number; limit: number },
  lines: readonly LogLine[],
): ReadLines {
  const first = lines[0]?.seq ?? after + limit + 1
  const gone = first > after + 1 ? first - 1 : read.gone
  return { lines: [...read.lines, ...lines].slice(-LINES_MAX), gone }
}
