import { Link } from '@tanstack/react-router'
import { type CSSProperties, useMemo } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import type { Noun } from '../../src/protocol/pipelines.ts'
import { Failure, Skeleton } from '../parts/list-states.tsx'
import { useNouns } from '../parts/nouns.ts'
import { useView } from '../parts/view.ts'
import { count, countOf, duration } from '../parts/words.ts'
import { useFollowed } from './followed.ts'
import { RunAddress } from './run-address.ts'
import { useRunView } from './run-view.ts'
import { TimeBrush, TimeFields } from './time-brush.tsx'
import {
  binRows,
  percentIn,
  ROWS_MAX,
  spanIn,
  spanText,
  type TimelineRow,
  timelineRows,
  type TimeSpan,
} from './timeline-rows.ts'
import { useWholeLog } from './whole-log.ts'

/** When the list of each group was read, when its work ended, and what failed meanwhile. */
export default function Timeline({ run_id }: { run_id: RunId }) {
  const { rows, length, loaded } = useTimeline(run_id)
  const { group } = useNouns()
  const [{ only, span: text }, change] = useView(RunAddress)
  const failed = useMemo(() => rows.filter(({ failures }) => failures.length > 0), [rows])
  const shown = useMemo(() => binRows(only === 'errors' ? failed : rows), [only, failed, rows])
  const span = spanIn(text, length)
  if (loaded.isPending) return <Skeleton />
  return (
    <section aria-labelledby="timeline" className="panel space-y-4 p-5">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="timeline" className="mr-auto text-lg font-bold">
          Timeline
        </h2>
        <button
          type="button"
          className="chip"
          aria-pressed={only === 'errors'}
          onClick={() => change({ only: only === 'errors' ? undefined : 'errors' })}
        >
          Errors only <span className="tabular-nums">{count(failed.length)}</span>
        </button>
      </div>
      <Failure what="The log, from which the times are" loaded={loaded} />
      <Legend />
      <TimeFields span={span} length={length} onChange={(next) => change({ span: textOf(next) })} />
      {shown.length === 0 && (
        <p className="text-muted">
          {rows.length === 0 ? `No ${group.many} yet.` : 'Nothing failed.'}
        </p>
      )}
      {rows.length > ROWS_MAX && shown.some(({ groups }) => groups > 1) && (
        <p className="text-sm text-muted">
          {countOf(rows.length, group)} in {countOf(shown.length, 'row')}: those whose lists were
          read one after the other share a row.
        </p>
      )}
      {shown.length > 0 && (
        <Rows rows={shown} span={span} onSpan={(next) => change({ span: spanText(next) })} />
      )}
    </section>
  )
}

function textOf(span: TimeSpan | undefined): string {
  return span === undefined ? '' : spanText(span)
}

/** The rows of the run, live. */
function useTimeline(run_id: RunId) {
  const { loaded, lines } = useWholeLog(run_id)
  const run = useFollowed(run_id, (state) => state.run)
  const view = useRunView(run_id, undefined).data
  const first = view?.created_at ?? lines[0]?.ts
  const last = view?.ended_at ?? lines.at(-1)?.ts
  const from = first === undefined ? 0 : Date.parse(first)
  const until = Math.max(from + 1, last === undefined ? 0 : Date.parse(last))
  const rows = useMemo(() => timelineRows({ run, lines, from, until }), [run, lines, from, until])
  return { rows, length: until - from, loaded }
}

function Legend() {
  const { list } = useNouns()
  const parts = [
    ['bar-unread', 'waiting'],
    ['bar-reading', `reading the ${list.one}`],
    ['bg-working-bar', 'work'],
    ['bg-failed-bar', 'failures'],
  ] as const
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
      {parts.map(([look, words]) => (
        <li key={words} className="flex items-center gap-2">
          <span aria-hidden className={`h-3 w-6 rounded-sm ${look}`} />
          {words}
        </li>
      ))}
    </ul>
  )
}

type RowsProps = {
  rows: readonly TimelineRow[]
  span: TimeSpan
  onSpan: (span: TimeSpan) => void
}

/** A table for everybody: the bars are its cells, and a screen reader reads their words. */
function Rows({ rows, span, onSpan }: RowsProps) {
  return (
    <div className="relative">
      <table aria-label="Timeline" className="block">
        <thead className="sr-only">
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Times</th>
          </tr>
        </thead>
        <tbody className="block">
          {rows.map((row) => (
            <Row key={row.key} row={row} span={span} />
          ))}
        </tbody>
      </table>
      <TimeBrush span={span} onSpan={onSpan} />
    </div>
  )
}

function Row({ row, span }: { row: TimelineRow; span: TimeSpan }) {
  const { title, group, readings, read, end, failures } = row
  const readAt = read ?? end
  return (
    <tr className="timeline-row">
      <th scope="row" className="truncate text-left text-sm font-normal">
        {group === undefined ? (
          title
        ) : (
          <Link
            to="."
            search={{ tab: 'items', group }}
            className="text-accent hover:underline"
            title={title}
          >
            {title}
          </Link>
        )}
      </th>
      <td className="relative min-w-0">
        <span className="sr-only">{useRowWords(row)}</span>
        <div
          aria-hidden
          className="bar-unread absolute inset-y-1 rounded-sm"
          style={place(span, 0, readAt)}
        />
        {readings.map(({ from, to }) => (
          <div
            key={from}
            aria-hidden
            className="absolute inset-y-1 bar-reading rounded-sm"
            style={place(span, from, to)}
          />
        ))}
        {read !== undefined && (
          <div
            aria-hidden
            className="absolute inset-y-1 rounded-sm bg-working-bar"
            style={place(span, read, end)}
          />
        )}
        {failures.length > 0 && (
          <div aria-hidden className="absolute inset-0" style={ticks(span, failures)} />
        )}
      </td>
    </tr>
  )
}

function useRowWords({ groups, readings, read, end, isOpen, failures }: TimelineRow): string {
  const { list, group } = useNouns()
  return [
    groups === 1 ? '' : countOf(groups, group),
    readWords(list, { readings, read, isOpen }),
    isOpen ? 'still at work' : `ended after ${duration(end)}`,
    failures.length === 0 ? '' : countOf(failures.length, 'failure'),
  ]
    .filter((part) => part !== '')
    .join(', ')
}

type ListTimes = Pick<TimelineRow, 'readings' | 'read' | 'isOpen'>

function readWords(list: Noun, { readings, read, isOpen }: ListTimes): string {
  const [first] = readings
  const waited = first === undefined ? '' : `waited for ${duration(first.from)}, `
  if (read !== undefined) return `${waited}${list.one} read after ${duration(read)}`
  return isOpen ? `the ${list.one} is not read yet` : `the ${list.one} was not read`
}

/** The place of a bar. A bar that is too short to see is two pixels wide. */
function place(span: TimeSpan, from: number, to: number): CSSProperties {
  const left = percentIn(span, from)
  const width = percentIn(span, to) - left
  if (to < span.from || from > span.to) return { display: 'none' }
  return { left: `${left}%`, width: `max(2px, ${width}%)` }
}

/** One picture for all failures of a row: thousands of elements would be slow. */
function ticks(span: TimeSpan, failures: readonly number[]): CSSProperties {
  const inside = failures.filter((time) => time >= span.from && time <= span.to)
  const places = [...new Set(inside.map((time) => Math.round(percentIn(span, time) * 4) / 4))]
  const stops = places.map((at) => {
    const [left, right] = [`${Math.min(at, 99.6)}%`, `calc(${Math.min(at, 99.6)}% + 3px)`]
    return `transparent ${left}, var(--failed-bar) ${left} ${right}, transparent ${right}`
  })
  return stops.length === 0
    ? {}
    : { backgroundImage: `linear-gradient(to right, ${stops.join(', ')})` }
}
