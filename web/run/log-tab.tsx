import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'

import type { RunState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { LogLine } from '../../src/protocol/log.ts'
import { Failure } from '../parts/list-states.tsx'
import { groupTitle } from '../parts/names.ts'
import { SearchField } from '../parts/search-field.tsx'
import { useView } from '../parts/view.ts'
import { count, countOf } from '../parts/words.ts'
import { saveText } from '../wire/request.ts'
import { useFollowed } from './followed.ts'
import { LogRow } from './log-row.tsx'
import { RunAddress } from './run-address.ts'
import { useWholeLog } from './whole-log.ts'

const LEVELS = [
  [undefined, 'All'],
  ['notable', 'Warnings and errors'],
  ['error', 'Errors'],
] as const

/** The whole log of a run, to search and to take along. */
export default function LogTab({ run_id }: { run_id: RunId }) {
  const [view, change] = useView(RunAddress)
  const { loaded, lines } = useWholeLog(run_id)
  const groups = useFollowed(run_id, ({ run }: RunState) => run.groups)
  const shown = useMemo(
    () => lines.filter((line) => isWanted(line, view, groups)),
    [lines, view, groups],
  )
  return (
    <section aria-label="Log" className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <SearchField
          label="Text of the line"
          value={view.q}
          onChange={(q) => change({ q }, true)}
          className="basis-full sm:basis-56"
        />
        <fieldset aria-label="Levels" className="flex flex-wrap gap-2">
          {LEVELS.map(([level, label]) => (
            <button
              key={label}
              type="button"
              className="chip"
              aria-pressed={view.level === level}
              onClick={() => change({ level })}
            >
              {label}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className="button button-quiet text-sm"
          disabled={shown.length === 0}
          onClick={() => saveText(textOf(shown), `run-${run_id}.log`)}
        >
          Download
        </button>
        <output className="ml-auto text-sm text-muted tabular-nums">
          {shown.length < lines.length && `${count(shown.length)} of `}
          {countOf(lines.length, 'line')}
        </output>
      </div>
      <Failure what="The log" loaded={loaded} />
      <Lines lines={shown} groups={groups} />
    </section>
  )
}

type Groups = RunState['run']['groups']

function isWanted(line: LogLine, { level, q }: RunAddress, groups: Groups): boolean {
  if (level === 'error' && line.level !== 'error') return false
  if (level === 'notable' && line.level === 'info') return false
  const title = line.group === undefined ? '' : groupTitle({ groups }, line.group)
  return `${title} ${line.message}`.toLocaleLowerCase().includes(q.trim().toLocaleLowerCase())
}

function textOf(lines: readonly LogLine[]): string {
  return lines
    .map(({ ts, level, group, message }) => [ts, level, group, message].filter(Boolean).join(' '))
    .join('\n')
}

/** Follows the end of the log while it is in sight. */
function Lines({ lines, groups }: { lines: readonly LogLine[]; groups: Groups }) {
  const frame = useRef<HTMLDivElement>(null)
  const [follows, setFollows] = useState(true)
  // oxlint-disable-next-line react/incompatible-library -- the list is rendered anew whenever it scrolls
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 22,
    overscan: 20,
    getItemKey: (index) => lines[index]?.seq ?? index,
  })
  useEffect(() => {
    if (follows && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [follows, lines.length, virtual])
  return (
    <div
      ref={frame}
      role="log"
      aria-live="off"
      aria-label="All lines of the log"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard user scrolls the log
      tabIndex={0}
      className="panel h-[60dvh] overflow-y-auto overscroll-contain px-4 py-2 font-mono text-xs"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        setFollows(scrollHeight - scrollTop - clientHeight < 24)
      }
    >
      <ol className="relative" style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const line = lines[index]
          if (line === undefined) return null
          const title = line.group === undefined ? undefined : groupTitle({ groups }, line.group)
          return (
            <LogRow
              key={key}
              line={line}
              title={title}
              place={{ index, start, measure: virtual.measureElement }}
            />
          )
        })}
      </ol>
    </div>
  )
}
