import { Profiler, StrictMode, useState } from 'react'
import { createRoot, type Root } from 'react-dom/client'

import {
  ConnectionState,
  RuncastProvider,
  type RunState,
  useDocumentProgress,
  useFollowAgain,
  useRun,
  useRuns,
} from '../../src/client/react.ts'

/** The content that a test chooses for the page. */
type Scene = {
  readonly rows?: number
  readonly log?: boolean
  readonly strict?: boolean
  /** Also shows a component that uses other options for the run. */
  readonly apart?: boolean
  readonly token?: string
  readonly turn?: boolean
  readonly documents?: readonly string[]
  /** Shows the owner's runs. */
  readonly list?: boolean
}

/** The number of renders of each named part. */
const renders: Record<string, number> = {}

function rendered(name: string): void {
  renders[name] = (renders[name] ?? 0) + 1
}

const timing = { backoff_ms: 60_000, backoff_max_ms: 60_000 }
const inline = { backoff_ms: 1, backoff_max_ms: 1 }

function Row({ id }: { id: string }) {
  // The function is new at each render, as on most pages.
  const status = useRun('r', { select: ({ run }) => run.jobs.get('g')?.get(id)?.status })
  return <li id={id}>{status}</li>
}

function countOf({ run }: RunState): { jobs: number } {
  return { jobs: run.jobs.get('g')?.size ?? 0 }
}

function Total() {
  const total = useRun('r', { select: countOf, isEqual: (one, other) => one.jobs === other.jobs })
  return <p id="total">{total.jobs}</p>
}

function Standing() {
  const { connection, run } = useRun('r')
  return (
    <p>
      <ConnectionState connection={connection} className="sign" />
      <b id="status">{run.status}</b>
    </p>
  )
}

function Again() {
  const again = useFollowAgain('r')
  return (
    <button type="button" id="again" onClick={again}>
      again
    </button>
  )
}

function Log() {
  const log = useRun('r', { log: true, select: (state) => state.log })
  const lines = log.lines.map(({ seq }) => seq).join(' ')
  return <p id="log">{`${lines} of ${log.known}`}</p>
}

function Apart() {
  const status = useRun('r', { timing: inline, select: ({ run }) => run.status })
  return <p id="apart">{status}</p>
}

function List() {
  const { runs, connection } = useRuns()
  const shown = runs.map(({ title, status, percent }) => `${title} ${status} ${percent ?? ''}`)
  return <p id="list">{[connection.status, ...shown.map((one) => one.trim())].join(', ')}</p>
}

function Document({ id }: { id: string }) {
  const { status, step, progress, message, error, followAgain } = useDocumentProgress(id)
  return (
    <li>
      <span id={id}>{[status, step, progress, message, error?.message].join('|')}</span>
      <button type="button" id={`again-${id}`} onClick={followAgain}>
        again
      </button>
    </li>
  )
}

/** Replaces one component by another at a click. */
function Turn() {
  const [turned, setTurned] = useState(false)
  return (
    <button type="button" id="turn" onClick={() => setTurned(true)}>
      {turned ? <Standing key="after" /> : <Row key="before" id="j0" />}
    </button>
  )
}

function Stage({ rows = 0, log = false, apart = false, turn = false, ...scene }: Scene) {
  const { token = 't', documents = [], list = false } = scene
  const ids = Array.from({ length: rows }, (_, n) => `j${n}`)
  return (
    <RuncastProvider token={token} timing={timing}>
      {rows > 0 && <Standing />}
      {rows > 0 && <Again />}
      <ul>
        {ids.map((id) => (
          <Profiler key={id} id={id} onRender={rendered}>
            <Row id={id} />
          </Profiler>
        ))}
      </ul>
      {rows > 0 && (
        <Profiler id="total" onRender={rendered}>
          <Total />
        </Profiler>
      )}
      {turn && <Turn />}
      <ol>
        {documents.map((id) => (
          <Profiler key={id} id={id} onRender={rendered}>
            <Document id={id} />
          </Profiler>
        ))}
      </ol>
      {log && <Log />}
      {list && <List />}
      {apart && <Apart />}
    </RuncastProvider>
  )
}

let root: Root | undefined

const stage = {
  show(scene: Scene): void {
    root ??= createRoot(document.body)
    root.render(
      scene.strict ? <StrictMode>{<Stage {...scene} />}</StrictMode> : <Stage {...scene} />,
    )
  },
  clear(): void {
    root?.unmount()
    root = undefined
  },
  /** Returns the renders since the last call. */
  renders(): Record<string, number> {
    const seen = { ...renders }
    for (const name of Object.keys(renders)) delete renders[name]
    return seen
  },
}

Object.assign(globalThis, { stage })
