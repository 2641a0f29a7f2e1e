import type { RunId } from '../../src/protocol/ids.ts'
import { problemWords, shownStatus } from '../../src/protocol/run-problems.ts'
import type { RunView, Snapshot } from '../../src/protocol/run.ts'
import { groupTitle } from '../parts/names.ts'
import { useNouns } from '../parts/nouns.ts'
import { count, countOf, duration, moment } from '../parts/words.ts'
import { useFollowed } from './followed.ts'
import { OutcomeTiles, type TileLinks } from './outcome-tiles.tsx'

type SummaryProps = { view: RunView; held: number; links: TileLinks }

/** The result of the run, from the snapshot that was written with its last status. */
export function Summary({ view, held, links }: SummaryProps) {
  const { snapshot, abort, error } = view
  const { job } = useNouns()
  return (
    <section aria-labelledby="summary" className="panel space-y-4 p-5">
      <h2 id="summary" className="text-lg font-bold">
        Summary
      </h2>
      {error && (
        <p className="rounded-lg bg-failed-soft p-3 text-failed-ink">
          {error.message} <code className="text-sm">({error.code})</code>
        </p>
      )}
      {abort && (
        <p className="rounded-lg bg-aborted-soft p-3 text-aborted-ink wrap-anywhere">
          Aborted by {abort.by}, {moment(abort.at)}, with {countOf(abort.in_flight, job)} in flight.
        </p>
      )}
      {snapshot && <Problems view={view} snapshot={snapshot} held={held} />}
      {snapshot && <Figures snapshot={snapshot} took={took(view)} />}
      {snapshot && <OutcomeTiles run_id={view.run_id} snapshot={snapshot} links={links} />}
    </section>
  )
}

type ProblemsProps = { view: RunView; snapshot: Snapshot; held: number }

/** A sentence about what the run did not do, and the names of its failed groups. */
function Problems({ view, snapshot, held }: ProblemsProps) {
  const { run_id } = view
  const words = problemWords({ nouns: useNouns(), snapshot, held })
  if (words.length === 0) return null
  const troubled = shownStatus(view, held) === 'finished_with_problems'
  return (
    <div
      data-testid="problems"
      className={`space-y-1 ${troubled ? 'rounded-lg bg-skipped-soft p-3 text-skipped-ink' : ''}`}
    >
      <p>
        {troubled && 'Finished with problems: '}
        {words.join(', ')}.
      </p>
      <FailedGroups run_id={run_id} snapshot={snapshot} />
    </div>
  )
}

function FailedGroups({ run_id, snapshot }: { run_id: RunId; snapshot: Snapshot }) {
  const groups = useFollowed(run_id, ({ run }) => run.groups)
  const named = snapshot.failed_groups ?? []
  if (named.length === 0) return null
  const more = snapshot.groups_failed - named.length
  const names = named.map(({ group, code }) => `${groupTitle({ groups }, group)} (${code})`)
  return (
    <p className="text-sm wrap-anywhere">
      Could not be read: {names.join(', ')}
      {more > 0 && ` and ${count(more)} more`}
    </p>
  )
}

/** The figures of the whole run. The tiles below have the outcomes. */
function Figures({ snapshot, took: time }: { snapshot: Snapshot; took: string }) {
  const { group } = useNouns()
  const { total, ready, aborted } = snapshot
  const figures = { total, ready, ...(aborted > 0 && { aborted }) }
  const unread = snapshot.group_counts?.by_status.aborted ?? 0
  const shown: readonly (readonly [string, string])[] = [
    ...Object.entries(figures).map(([name, value]) => [name, count(value)] as const),
    [`${group.many} read`, count(snapshot.groups_closed)],
    [`${group.many} failed`, count(snapshot.groups_failed)],
    ...(unread === 0 ? [] : [[`${group.many} aborted`, count(unread)] as const]),
    ['took', time],
  ]
  return (
    <dl className="grid grid-cols-2 gap-x-4 sm:grid-cols-4 lg:grid-cols-6 gap-y-3">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="text-xl font-semibold tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function took({ created_at, ended_at }: RunView): string {
  return ended_at === undefined ? '–' : duration(Date.parse(ended_at) - Date.parse(created_at))
}
