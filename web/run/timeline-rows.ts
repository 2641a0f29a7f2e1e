import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { LogLine } from '../../src/protocol/log.ts'
import { isTerminalGroup } from '../../src/protocol/terminal.ts'
import { kept } from '../parts/kept.ts'
import { groupTitle } from '../parts/names.ts'
import { noJobs, tally } from '../parts/tally.ts'

/** The times of a group, or of several groups in one row, in ms since the start of the run. */
export type TimelineRow = {
  readonly key: string
  readonly title: string
  /** The group, if the row has only one. */
  readonly group: string | undefined
  readonly groups: number
  /** When the group's list was being read: a span for each attempt. Runs of earlier versions have none. */
  readonly readings: readonly TimeSpan[]
  /** When the group's list was read, or could not be. Undefined: not yet. */
  readonly read: number | undefined
  /** When the last of the group's work ended; for work that goes on, the end of the picture. */
  readonly end: number
  readonly isOpen: boolean
  /** When something failed. */
  readonly failures: readonly number[]
}

/** With more groups a row would be too small to read, and the page slow. */
export const ROWS_MAX = 200

type Picture = {
  readonly run: Pick<WatchedRun, 'groups' | 'jobs'>
  readonly lines: readonly LogLine[]
  /** The start of the run, and the end of the picture, in ms since 1970. */
  readonly from: number
  readonly until: number
}

/** Reads from the run's log when each group's list was read, when its work ended, and what failed. */
export function timelineRows({ run, lines, from, until }: Picture): readonly TimelineRow[] {
  const byGroup = linesByGroup(lines)
  return [...run.groups].map(([group, { status }]) => {
    const own = byGroup.get(group) ?? []
    const times = own.map(({ ts }) => sinceStart(ts, from))
    // A line on a job, or the group's first line that is no warning, comes after its list was read.
    const read = own.findIndex(
      ({ level, external_id }) => level !== 'warn' || external_id !== undefined,
    )
    const { total, done } = tally(run.jobs.get(group) ?? noJobs)
    const isOpen = !isTerminalGroup(status) || done < total
    return {
      key: group,
      title: groupTitle(run, group),
      group,
      groups: 1,
      readings: own.flatMap(({ since }, at) =>
        since === undefined ? [] : { from: sinceStart(since, from), to: times[at] ?? 0 },
      ),
      read: read === -1 ? undefined : times[read],
      end: isOpen ? until - from : (times.at(-1) ?? until - from),
      isOpen,
      failures: own.flatMap(({ level }, at) => (level === 'error' ? [times[at] ?? 0] : [])),
    }
  })
}

const linesByGroup = kept((lines: readonly LogLine[]) => Map.groupBy(lines, ({ group }) => group))

/** The clock of a worker may be behind. */
function sinceStart(ts: string, from: number): number {
  return Math.max(0, Date.parse(ts) - from)
}

/** Puts neighbours into one row until there are few enough rows. Neighbours are those whose lists were read one after the other. */
export function binRows(rows: readonly TimelineRow[], most = ROWS_MAX): readonly TimelineRow[] {
  const sorted = rows.toSorted(
    (one, other) => (one.read ?? Infinity) - (other.read ?? Infinity) || 0,
  )
  if (sorted.length <= most) return sorted
  const size = Math.ceil(sorted.length / most)
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, bin) =>
    joined(sorted.slice(bin * size, (bin + 1) * size)),
  )
}

function joined(rows: readonly TimelineRow[]): TimelineRow {
  const [first, last] = [rows[0], rows.at(-1)]
  const reads = rows.flatMap(({ read }) => (read === undefined ? [] : [read]))
  return {
    key: first?.key ?? '',
    title: `${first?.title} … ${last?.title}`,
    group: undefined,
    groups: rows.length,
    readings: union(rows.flatMap(({ readings }) => readings)),
    read: reads.length === 0 ? undefined : Math.min(...reads),
    end: Math.max(...rows.map(({ end }) => end)),
    isOpen: rows.some(({ isOpen }) => isOpen),
    failures: rows.flatMap(({ failures }) => failures).toSorted((one, other) => one - other),
  }
}

/** Joins spans that overlap or touch, so that no time is drawn twice. */
function union(spans: readonly TimeSpan[]): readonly TimeSpan[] {
  const apart: TimeSpan[] = []
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = apart.at(-1)
    if (last === undefined || span.from > last.to) apart.push(span)
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
  }
  return apart
}

/** A part of the run's time, in ms since its start. */
export type TimeSpan = { readonly from: number; readonly to: number }

/** Reads a span such as `12-40.5`, in seconds. A span that is none, or outside of the run, is the whole run. */
export function spanIn(text: string, length: number): TimeSpan {
  const [, from = '', to = ''] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text) ?? []
  const span = { from: Number(from) * 1_000, to: Math.min(Number(to) * 1_000, length) }
  return to !== '' && span.from < span.to ? span : { from: 0, to: length }
}

export function spanText({ from, to }: TimeSpan): string {
  return `${seconds(from)}-${seconds(to)}`
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10)
}

/** Where a time is within a span, from 0 to 100. */
export function percentIn({ from, to }: TimeSpan, time: number): number {
  return Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100))
}
