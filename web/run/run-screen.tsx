import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { ApiError } from '../../src/client/client.ts'
import type { RunState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { listedName, unnamed, watchedName } from '../parts/names.ts'
import { ShownPipeline } from '../parts/nouns.ts'
import { InSign, Screen } from '../parts/screen.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { moment } from '../parts/words.ts'
import { useSeen } from '../wire/seen.ts'
import { AbortButton } from './abort-button.tsx'
import { AgainButtons } from './again-buttons.tsx'
import { Companies } from './companies.tsx'
import { ConnectionSign } from './connection-sign.tsx'
import { useFollowed, useReconnect } from './followed.ts'
import { HeldExpiries, useExpiries } from './held-expiries.tsx'
import { Progress } from './progress.tsx'
import { RunAnnouncer } from './run-announcer.tsx'
import { RunLog } from './run-log.tsx'
import { useRunView } from './run-view.ts'
import { Summary } from './summary.tsx'
import { TabTitle } from './tab-title.tsx'

export function RunScreen({ run_id }: { run_id: RunId }) {
  const { status, cursor } = useFollowed(run_id, toldOf, isSameStatus)
  useSeen(run_id, cursor)
  const shown = useFollowed(run_id, isShown)
  const failure = useFollowed(run_id, failureOf)
  const reconnect = useReconnect(run_id)
  const ended = isTerminalRun(status)
  const end = useFollowed(run_id, endOf)
  const view = useRunView(run_id, end)
  const loaded = view.data
  if (isRefused(failure, 404)) return <NoSuchRun run_id={run_id} />
  if (isRefused(failure, 410)) return <RemovedRun run_id={run_id} view={loaded} />
  // The view names the run's pipeline, which decides the nouns on the screen.
  const ready = shown && !view.isPending
  return (
    <RunFrame
      run_id={run_id}
      view={loaded}
      aside={<RunControls run_id={run_id} open={shown && !ended} view={loaded} />}
    >
      {failure !== undefined && (
        <Trouble title="The run cannot be followed" error={failure} onRetry={reconnect} />
      )}
      {view.error && failure === undefined && (
        <Trouble
          title="The run’s times could not be read"
          error={view.error}
          onRetry={() => void view.refetch()}
        />
      )}
      {!ready && failure === undefined && <p className="text-muted">Connecting…</p>}
      {ready && <ShownRun run_id={run_id} end={end} view={loaded} />}
    </RunFrame>
  )
}

const TRAIL = [{ label: 'Runs', link: { to: '/runs' } }] as const

type RunFrameProps = {
  run_id: RunId
  view: RunView | undefined
  aside?: ReactNode
  children: ReactNode
}

/** The frame of the run's screen, with the run's name as its title. */
function RunFrame({ run_id, view, aside, children }: RunFrameProps) {
  const watched = useFollowed(run_id, ({ run }) => watchedName(run, view?.pipeline))
  const name = view?.name ?? watched ?? (view ? listedName(view) : unnamed(run_id))
  return (
    <ShownPipeline value={view?.pipeline}>
      <Screen
        title={name}
        trail={TRAIL}
        aside={aside}
        tab={<TabTitle run_id={run_id} name={name} />}
      >
        <p className="-mt-4 text-sm text-muted wrap-anywhere">
          Run <code>{run_id}</code>
        </p>
        {children}
      </Screen>
    </ShownPipeline>
  )
}

type RunControlsProps = {
  run_id: RunId
  /** The run can be aborted. */
  open: boolean
  view: RunView | undefined
}

function RunControls({ run_id, open, view }: RunControlsProps) {
  const ended = view !== undefined && isTerminalRun(view.status) && !open
  return (
    <div className="flex flex-wrap items-center gap-3">
      <InSign>
        <ConnectionSign run_id={run_id} />
      </InSign>
      {open && <AbortButton run_id={run_id} />}
      {ended && <AgainButtons run_id={run_id} view={view} />}
    </div>
  )
}

type ShownRunProps = { run_id: RunId; end: string | undefined; view: RunView | undefined }

function ShownRun({ run_id, end, view }: ShownRunProps) {
  const expiries = useExpiries(run_id, end)
  return (
    <>
      <Progress run_id={run_id} view={view} held={expiries.held} />
      {view && isTerminalRun(view.status) && <Summary view={view} held={expiries.held} />}
      {end !== undefined && <HeldExpiries run_id={run_id} expiries={expiries} />}
      <Companies run_id={run_id} />
      <RunLog run_id={run_id} />
      <RunAnnouncer run_id={run_id} />
    </>
  )
}

function toldOf({ run: { status }, cursor }: RunState) {
  return { status, cursor }
}

/** The cursor counts only as that of the status: it moves with every change of the run. */
function isSameStatus(before: ReturnType<typeof toldOf>, after: ReturnType<typeof toldOf>) {
  return before.status === after.status && (before.cursor ?? after.cursor) === before.cursor
}

function endOf({ run: { status }, cursor }: RunState): string | undefined {
  return isTerminalRun(status) ? cursor : undefined
}

/** True when a part of the run has arrived, which may be the first of many pages. */
function isShown({ run, cursor }: RunState): boolean {
  return cursor !== undefined || run.groups.size > 0
}

function failureOf({ connection }: RunState): unknown {
  return connection.status === 'failed' ? connection.error : undefined
}

function isRefused(failure: unknown, status: number): boolean {
  return failure instanceof ApiError && failure.status === status
}

/** A run whose jobs and log were removed: what is left is in its view. */
function RemovedRun({ run_id, view }: { run_id: RunId; view: RunView | undefined }) {
  return (
    <RunFrame run_id={run_id} view={view}>
      {view?.removed_at !== undefined && (
        <p className="panel p-5">
          The jobs and the log of this run were removed on {moment(view.removed_at)}.
        </p>
      )}
      {view && <Summary view={view} held={0} />}
    </RunFrame>
  )
}

function NoSuchRun({ run_id }: { run_id: RunId }) {
  return (
    <Screen title="No such run">
      <p className="wrap-anywhere">
        There is no run <code>{run_id}</code>, or it is not yours.
      </p>
      <Link to="/" className="button button-main">
        Start a run
      </Link>
    </Screen>
  )
}
