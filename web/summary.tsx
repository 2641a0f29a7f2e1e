import type { RunView } from '../src/protocol/run.ts'
import { count, countOf, duration, moment } from './words.ts'

/** What the run came to, from the snapshot that was written with its last status. */
export function Summary({ view }: { view: RunView }) {
  const { snapshot, abort, error } = view
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
          Aborted by {abort.by}, {moment(abort.at)}, with {countOf(abort.in_flight, 'job')} in
          flight.
        </p>
      )}
      {snapshot && <Figures snapshot={snapshot} took={took(view)} />}
    </section>
  )
}

function Figures(props: { snapshot: NonNullable<RunView['snapshot']>; took: string }) {
  const { groups_closed, groups_failed, ...jobs } = props.snapshot
  const figures: readonly (readonly [string, string])[] = [
    ...Object.entries(jobs).map(([name, value]) => [name, count(value)] as const),
    ['companies read', count(groups_closed)],
    ['companies failed', count(groups_failed)],
    ['took', props.took],
  ]
  return (
    <dl className="grid grid-cols-2 gap-x-4 sm:grid-cols-4 lg:grid-cols-6 gap-y-3">
      {figures.map(([name, value]) => (
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
