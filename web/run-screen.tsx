import type { RunId } from '../src/protocol/ids.ts'
import type { RunView } from '../src/protocol/run.ts'
import { isTerminalRun } from '../src/protocol/terminal.ts'
import { AbortButton } from './abort-button.tsx'
import { Announcer } from './announcer.tsx'
import { Badge } from './badge.tsx'
import { Companies } from './companies.tsx'
import { ConnectionSign } from './connection-sign.tsx'
import { Elapsed } from './elapsed.tsx'
import { Link } from './link.tsx'
import { RequestError } from './request.ts'
import { useWatchedRun, type Watched } from './run-watch.ts'
import { Screen } from './screen.tsx'
import { Summary } from './summary.tsx'
import { TallyBadges } from './tally-badges.tsx'
import { TallyBar } from './tally-bar.tsx'
import { tallyAll, type Tally } from './tally.ts'
import { Trouble } from './trouble.tsx'
import { count, moment, runTones } from './words.ts'

export function RunScreen({ run_id }: { run_id: RunId }) {
  const watched = useWatchedRun(run_id)
  const { run, connection, view, error } = watched
  if (error instanceof RequestError && error.status === 404) return <NoSuchRun run_id={run_id} />
  const known = connection !== 'connecting' || view !== undefined
  const tally = tallyAll(run.jobs.values())
  const ended = isTerminalRun(run.status)
  return (
    <Screen
      title={`Run ${run_id.slice(0, 8)}`}
      aside={
        <div className="flex flex-wrap items-center gap-3">
          <ConnectionSign connection={connection} />
          <AbortButton run_id={run_id} disabled={!known || ended} />
        </div>
      }
    >
      <title>{tabTitle(run_id, run.status, tally)}</title>
      {error !== undefined && <Trouble title={troubleTitle(connection)} error={error} />}
      {known ? (
        <Progress watched={watched} tally={tally} />
      ) : (
        <p className="text-muted">Connecting…</p>
      )}
      {view && isTerminalRun(view.status) && <Summary view={view} />}
      <Companies run_id={run_id} jobs={run.jobs} views={view?.groups} />
      <Announcer text={spoken(run.status, tally)} urgent={ended} />
    </Screen>
  )
}

function Progress({ watched: { run, view }, tally }: { watched: Watched; tally: Tally }) {
  return (
    <section aria-labelledby="progress" className="panel space-y-3 p-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="progress" className="sr-only">
          Progress
        </h2>
        <Badge tone={runTones[run.status]}>{run.status}</Badge>
        <p className="text-lg font-semibold tabular-nums" data-testid="total">
          {count(tally.done)} of {count(tally.total)} done
        </p>
        {view && <Unread view={view} />}
        {view && (
          <p className="text-sm text-muted sm:ml-auto">
            {moment(view.created_at)} · <Elapsed view={view} />
          </p>
        )}
      </div>
      <TallyBar label="All jobs" tally={tally} thick />
      <TallyBadges tally={tally} />
    </section>
  )
}

/** All that was found may be done while most listings are still to be read. */
function Unread({ view: { groups } }: { view: RunView }) {
  const all = Object.values(groups)
  const open = all.filter(({ status }) => status === 'waiting' || status === 'planning').length
  if (open === 0) return null
  return (
    <p className="text-sm text-muted tabular-nums" data-testid="unread">
      so far: {count(all.length - open)} of {count(all.length)} listings read
    </p>
  )
}

function NoSuchRun({ run_id }: { run_id: RunId }) {
  return (
    <Screen title="No such run">
      <title>No such run · Runcast</title>
      <p className="wrap-anywhere">
        There is no run <code>{run_id}</code>, or it is not yours.
      </p>
      <Link to="/" className="button button-main">
        Start a run
      </Link>
    </Screen>
  )
}

function troubleTitle(connection: Watched['connection']): string {
  return connection === 'lost' ? 'The run cannot be followed' : 'Something could not be read'
}

function percent({ done, total }: Tally): number {
  return total === 0 ? 0 : Math.floor((done / total) * 100)
}

function tabTitle(run_id: RunId, status: string, tally: Tally): string {
  const standing = status === 'ingesting' ? `${percent(tally)} %` : status
  return `${standing} · ${run_id.slice(0, 8)} · Runcast`
}

function spoken(status: string, tally: Tally): string {
  const failed = tally.by_status.get('failed') ?? 0
  const failures = failed === 0 ? '' : `, ${count(failed)} failed`
  return `Run ${status}: ${count(tally.done)} of ${count(tally.total)} jobs done${failures}.`
}
