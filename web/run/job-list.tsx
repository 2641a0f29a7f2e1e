import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'

import type { WatchedJob } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { groupTitle } from '../parts/names.ts'
import { useJobStatuses, useNouns } from '../parts/nouns.ts'
import { noJobs, type JobMap } from '../parts/tally.ts'
import { capital, count } from '../parts/words.ts'
import { useFollowed } from './followed.ts'
import { JobRow } from './job-row.tsx'

const STEP = 200

type JobListProps = { run_id: RunId; group: string; onClose: () => void }

/** The jobs of one group, a few hundred rows at a time. */
export function JobList({ run_id, group, onClose }: JobListProps) {
  const [wanted, setWanted] = useState('')
  const [shown, setShown] = useState(STEP)
  const title = useFollowed(run_id, ({ run }) => groupTitle(run, group))
  const { job: noun } = useNouns()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const calm = useDeferredValue(useFollowed(run_id, ({ run }) => run.jobs.get(group) ?? noJobs))
  const found = useMemo(() => filter(calm, wanted), [calm, wanted])
  return (
    <section
      aria-labelledby="jobs"
      className="panel w-full scroll-mt-4 lg:sticky lg:top-4 lg:w-96 lg:shrink-0"
    >
      <div className="flex items-start justify-between gap-3 px-4 pt-4">
        <h2 id="jobs" ref={heading} tabIndex={-1} className="min-w-0 font-bold wrap-anywhere">
          {title}
        </h2>
        <button type="button" className="button button-quiet text-sm" onClick={onClose}>
          Close
        </button>
      </div>
      <div className="flex items-center gap-2 border-b border-line px-4 py-3 text-sm">
        <label htmlFor="job-status">Show</label>
        <StatusSelect value={wanted} onChange={setWanted} />
        <span className="ml-auto text-muted tabular-nums">
          {count(found.length)} of {count(calm.size)}
        </span>
      </div>
      <ul
        aria-label={`${capital(noun.many)} of ${title}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a keyboard user scrolls the list
        tabIndex={0}
        className="max-h-[26rem] divide-y divide-line overflow-y-auto overscroll-contain px-4"
      >
        {found.slice(0, shown).map((job) => (
          <JobRow key={job.external_id} job={job} />
        ))}
        {found.length > shown && (
          <li className="py-3">
            <button
              type="button"
              className="button button-quiet w-full text-sm"
              onClick={() => setShown(shown + STEP)}
            >
              Show {count(Math.min(STEP, found.length - shown))} more
            </button>
          </li>
        )}
      </ul>
      {found.length === 0 && <p className="px-4 py-3 text-sm text-muted">No such {noun.many}.</p>}
    </section>
  )
}

function StatusSelect(props: { value: string; onChange: (status: string) => void }) {
  return (
    <select
      id="job-status"
      className="field"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    >
      <option value="">all</option>
      {useJobStatuses().map((status) => (
        <option key={status}>{status}</option>
      ))}
    </select>
  )
}

function filter(jobs: JobMap, wanted: string): WatchedJob[] {
  const all = [...jobs.values()]
  return wanted === '' ? all : all.filter(({ status }) => status === wanted)
}
