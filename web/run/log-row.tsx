import { memo } from 'react'

import type { LogDropped, LogLevel, LogLine } from '../../src/protocol/log.ts'
import { clock, count, countOf } from '../parts/words.ts'
import { nextPage } from './log-entries.ts'

const inks: Record<LogLevel, string> = {
  info: 'text-muted',
  warn: 'font-semibold text-skipped-ink',
  error: 'font-semibold text-failed-ink',
}

type RowProps = {
  line: LogLine
  /** The title of the line's group. Undefined if the line is about the run. */
  title: string | undefined
  /** The row's place in a list of which only a part is in the page. */
  place?: { index: number; start: number; measure: (row: Element | null) => void }
}

export const LogRow = memo(({ line, title, place }: RowProps) => (
  <li
    ref={place?.measure}
    data-index={place?.index}
    className={`flex flex-wrap gap-x-3 py-0.5 sm:flex-nowrap ${place ? 'absolute inset-x-0 top-0' : ''}`}
    style={place && { transform: `translateY(${place.start}px)` }}
  >
    <time dateTime={line.ts} className="shrink-0 text-muted tabular-nums">
      {clock(line.ts)}
    </time>
    <span className={`w-10 shrink-0 ${inks[line.level]}`}>{line.level}</span>
    <span className="w-full min-w-0 wrap-anywhere sm:w-auto">
      {title !== undefined && (
        <span className="text-muted">
          <bdi>{title}</bdi>:{' '}
        </span>
      )}
      {line.message}
    </span>
  </li>
))

export function MissingRow(props: { missing: LogDropped; loading: boolean; onLoad: () => void }) {
  return (
    <li className="py-1.5">
      <button
        type="button"
        className="button button-quiet w-full font-sans"
        disabled={props.loading}
        onClick={props.onLoad}
      >
        {props.loading ? 'Loading…' : loadWords(props.missing)}
      </button>
    </li>
  )
}

function loadWords(missing: LogDropped): string {
  const { limit } = nextPage(missing)
  const some = limit < missing.dropped ? `${count(limit)} of ` : ''
  return `Load ${some}${countOf(missing.dropped, 'missing line')}`
}
