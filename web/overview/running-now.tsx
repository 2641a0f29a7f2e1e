import { Link } from '@tanstack/react-router'

import { type LiveRun, useRuns } from '../../src/client/react.ts'
import { RunStatus } from '../../src/protocol/status.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { Ago } from '../parts/ago.tsx'
import { FeedSign } from '../parts/feed-sign.tsx'
import { InSign } from '../parts/screen.tsx'
import { percentOf } from '../runs/run-rows.ts'

const SHOWN = 6

/** The runs that are at work, live. */
export function RunningNow() {
  const { runs, connection } = useRuns()
  const open = runs.filter(isOpen)
  return (
    <>
      <InSign>
        <FeedSign connection={connection} />
      </InSign>
      {open.length > 0 && (
        <section aria-labelledby="running" className="panel p-5">
          <h2 id="running" className="mb-2 text-lg font-bold">
            Running now
          </h2>
          <ul className="divide-y divide-line">
            {open.slice(0, SHOWN).map((run) => (
              <OpenRun key={run.run_id} run={run} />
            ))}
          </ul>
          {open.length > SHOWN && (
            <Link to="/runs" className="text-sm text-accent underline">
              All runs
            </Link>
          )}
        </section>
      )}
    </>
  )
}

function isOpen({ status }: LiveRun): boolean {
  const { data } = RunStatus.safeParse(status)
  return data !== undefined && !isTerminalRun(data)
}

function OpenRun({ run }: { run: LiveRun }) {
  const { run_id, title, created_at, message } = run
  const percent = percentOf(run, undefined) ?? 0
  return (
    <li className="space-y-1 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <Link
          to="/runs/$run_id"
          params={{ run_id }}
          className="line-clamp-2 min-w-0 font-semibold text-accent wrap-anywhere hover:underline"
        >
          {title}
        </Link>
        <span className="ml-auto text-sm text-muted tabular-nums">
          {Math.floor(percent)} % {created_at !== undefined && <Ago time={created_at} />}
        </span>
      </p>
      <div className="h-2 overflow-hidden rounded-full bg-sunken">
        <progress
          className="absolute size-px opacity-0"
          aria-label={title}
          max={100}
          value={percent}
        />
        <div
          aria-hidden
          className="h-full bg-working-bar transition-[width] duration-150"
          style={{ width: `${percent}%` }}
        />
      </div>
      {message !== undefined && <p className="text-sm wrap-anywhere text-muted">{message}</p>}
    </li>
  )
}
