import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useDeferredValue } from 'react'

import { ApiError } from '../../src/client/client.ts'
import type { RunState } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Skeleton } from '../parts/list-states.tsx'
import { listedName, unnamed, watchedName } from '../parts/names.ts'
import { ShownPipeline, useNounsOf } from '../parts/nouns.ts'
import { InSign, Screen } from '../parts/screen.tsx'
import { ShareButton } from '../parts/share-button.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useView } from '../parts/view.ts'
import { moment } from '../parts/words.ts'
import { useSeen } from '../wire/seen.ts'
import { AbortButton } from './abort-button.tsx'
import { AgainButtons } from './again-buttons.tsx'
import { Companies } from './companies.tsx'
import { Comparison } from './comparison.tsx'
import { ConnectionSign } from './connection-sign.tsx'
import { EndNotice } from './end-notice.tsx'
import { FailureList } from './failure-list.tsx'
import { useFollowed, useReconnect } from './followed.ts'
import { HeldExpiries, useExpiries } from './held-expiries.tsx'
import { Naming } from './naming.tsx'
import { PauseButton } from './pause-button.tsx'
import { Progress } from './progress.tsx'
import { RunAddress } from './run-address.ts'
import { RunAnnouncer } from './run-announcer.tsx'
import { RunLog } from './run-log.tsx'
import { RunTabs } from './run-tabs.tsx'
import { useRunView } from './run-view.ts'
import { Summary } from './summary.tsx'
import { TabTitle } from './tab-title.tsx'

const Items = lazy(() => import('./items.tsx'))
const Timeline = lazy(() => import('./timeline.tsx'))
const LogTab = lazy(() => import('./log-tab.tsx'))
const InputView = lazy(() => import('./input-view.tsx'))

/** `isShared`: somebody watches by a link, and can change nothing. */
export function RunScreen({ run_id, isShared = false }: { run_id: RunId; isShared?: boolean }) {
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
      aside={<RunControls {...{ run_id, shown, ended, isShared }} view={loaded} />}
      isShared={isShared}
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
      {ready && <ShownRun {...{ run_id, end, isShared }} view={loaded} />}
    </RunFrame>
  )
}

const TRAIL = [{ label: 'Runs', link: { to: '/runs' } }] as const

type RunFrameProps = {
  run_id: RunId
  view: RunView | undefined
  aside?: ReactNode
  isShared?: boolean
  children: ReactNode
}

/** The frame of the run's screen, with the run's name as its title. */
function RunFrame({ run_id, view, aside, isShared = false, children }: RunFrameProps) {
  const nounsOf = useNounsOf()
  const watched = useFollowed(run_id, ({ run }) => watchedName(run, view?.pipeline, nounsOf))
  const name = view?.name ?? watched ?? (view ? listedName(view, nounsOf) : unnamed(run_id))
  return (
    <ShownPipeline value={view?.pipeline}>
      <Screen
        wide
        title={name}
        trail={isShared ? [] : TRAIL}
        aside={aside}
        tab={<TabTitle run_id={run_id} name={name} />}
      >
        <p className="mt-1! flex flex-wrap items-center gap-2 text-sm text-muted">
          <span className="min-w-0 wrap-anywhere">
            Run <code>{run_id}</code>
          </span>{' '}
          {!isShared && <CopyButton text={run_id}>Copy id</CopyButton>}
        </p>
        {view && <Naming run_id={run_id} view={view} canChange={!isShared} />}
        {children}
      </Screen>
    </ShownPipeline>
  )
}

type RunControlsProps = {
  run_id: RunId
  /** A part of the run has arrived. */
  shown: boolean
  ended: boolean
  view: RunView | undefined
  isShared: boolean
}

function RunControls(props: RunControlsProps) {
  const { run_id, isShared } = props
  return (
    <div className="flex flex-wrap items-center gap-3">
      <InSign>
        <ConnectionSign run_id={run_id} />
      </InSign>
      {!isShared && <OwnControls {...props} />}
    </div>
  )
}

/** What the owner of a run can do with the run. */
function OwnControls({ run_id, shown, ended, view }: RunControlsProps) {
  const nounsOf = useNounsOf()
  const name = view && listedName(view, nounsOf)
  const open = shown && !ended
  return (
    <>
      {shown && name && <EndNotice run_id={run_id} name={name} />}
      {open && <PauseButton run_id={run_id} />}
      {open && <AbortButton run_id={run_id} />}
      {view && isTerminalRun(view.status) && !open && <AgainButtons run_id={run_id} view={view} />}
      {view && <ShareButton shared={{ kind: 'run', run_id }} />}
    </>
  )
}

type ShownRunProps = {
  run_id: RunId
  end: string | undefined
  view: RunView | undefined
  isShared: boolean
}

function ShownRun(props: ShownRunProps) {
  const { run_id, isShared } = props
  const [{ tab: chosen = 'overview' }] = useView(RunAddress)
  // A part of a large run takes longer to render than a person waits for an answer to a click: the link answers first.
  const tab = useDeferredValue(chosen)
  return (
    <>
      <RunTabs shown={chosen} isShared={isShared} />
      {tab === 'overview' && <RunOverview {...props} />}
      <Suspense fallback={<Skeleton />}>
        {tab === 'items' && <Items run_id={run_id} isShared={isShared} />}
        {tab === 'timeline' && <Timeline run_id={run_id} />}
        {tab === 'log' && <LogTab run_id={run_id} />}
        {tab === 'input' && !isShared && <InputView run_id={run_id} />}
      </Suspense>
      <RunAnnouncer run_id={run_id} />
    </>
  )
}

function RunOverview({ run_id, end, view, isShared }: ShownRunProps) {
  // Whoever watches by a link may not read the expiries.
  const expiries = useExpiries(run_id, isShared ? undefined : end)
  return (
    <>
      <Progress run_id={run_id} view={view} held={expiries.held} />
      {view && isTerminalRun(view.status) && (
        <Summary view={view} held={expiries.held} links={isShared ? 'items' : 'all'} />
      )}
      <FailureList run_id={run_id} canRetry={!isShared && end !== undefined} />
      {end !== undefined && <HeldExpiries run_id={run_id} expiries={expiries} />}
      {end !== undefined && !isShared && <Comparison run_id={run_id} end={end} />}
      <Companies run_id={run_id} />
      <RunLog run_id={run_id} />
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
      {view && <Summary view={view} held={0} links="nothing" />}
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
