import { useLayoutEffect, useMemo, useRef, useState } from 'react'

import type { RunId } from '../../src/protocol/ids.ts'
import { groupTitle } from '../parts/names.ts'
import { Trouble } from '../parts/trouble.tsx'
import { count, countOf } from '../parts/words.ts'
import { useFollowed } from './followed.ts'
import { entriesOf } from './log-entries.ts'
import { LogRow, MissingRow } from './log-row.tsx'
import { useMissingLines } from './missing-lines.ts'

const NEAR_PX = 24

/** The newest lines of the run's log. The list follows its end, unless its reader scrolled up. */
export function RunLog({ run_id }: { run_id: RunId }) {
  const log = useFollowed(run_id, (state) => state.log)
  const groups = useFollowed(run_id, ({ run }) => run.groups)
  const missing = useMissingLines(run_id)
  const entries = useMemo(() => entriesOf(log, missing.read), [log, missing.read])
  const { list, atEnd, look, goToEnd } = useEnd()
  const lines = entries.filter((entry) => 'seq' in entry).length
  return (
    <section aria-labelledby="log" className="panel">
      <div className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <h2 id="log" className="text-lg font-bold">
          Log
        </h2>
        <span className="text-sm text-muted tabular-nums">
          {lines < log.known && `${count(lines)} of `}
          {countOf(log.known, 'line')}
        </span>
        {!atEnd && (
          <button type="button" className="button button-quiet ml-auto text-sm" onClick={goToEnd}>
            To the newest
          </button>
        )}
      </div>
      {missing.error !== undefined && (
        <Trouble title="The missing lines could not be read" error={missing.error} />
      )}
      {entries.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">No lines yet.</p>
      ) : (
        <ol
          ref={list}
          aria-label="Lines of the log"
          aria-live="off"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard user scrolls the log
          tabIndex={0}
          className="max-h-80 overflow-y-auto overscroll-contain px-4 py-2 font-mono text-xs"
          onScroll={look}
        >
          {entries.map((entry) =>
            'seq' in entry ? (
              <LogRow
                key={entry.seq}
                line={entry}
                title={entry.group === undefined ? undefined : groupTitle({ groups }, entry.group)}
              />
            ) : (
              <MissingRow
                key={`after ${entry.after}`}
                missing={entry}
                loading={missing.loading}
                onLoad={() => missing.load(entry)}
              />
            ),
          )}
        </ol>
      )}
    </section>
  )
}

/** Keeps a list scrolled to its end while the end is visible. */
function useEnd() {
  const list = useRef<HTMLOListElement>(null)
  const top = useRef(0)
  const [atEnd, setAtEnd] = useState(true)
  useLayoutEffect(() => {
    if (atEnd) scrollToEnd(list.current)
  })
  const look = () => {
    const { current } = list
    if (!current) return
    const { scrollTop, scrollHeight, clientHeight } = current
    // Only a reader scrolls up. A narrower window, for instance, scrolls a list down.
    const wentUp = scrollTop < top.current
    top.current = scrollTop
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) setAtEnd(true)
    else if (wentUp) setAtEnd(false)
  }
  return { list, atEnd, look, goToEnd: () => setAtEnd(true) }
}

function scrollToEnd(list: HTMLOListElement | null): void {
  if (list) list.scrollTop = list.scrollHeight
}
