import { createRequire } from 'node:module'
import { join } from 'node:path'

import type { Application } from './application.ts'

const ROOT = join(import.meta.dirname, '../..')
const PROTOCOL = join(ROOT, 'src/protocol')
const MODULES = join(ROOT, 'node_modules')

/**
 * A program that uses all exports of `runcast` without any platform's types. Each wrong use must be an
 * error.
 */
const SURFACE = `
import { abortRun, ApiError, NoToken, shownStatus, startRun, watchRun } from 'runcast'
import type {
  AbortReceipt, CallOptions, Connection, Counts, Eta, Fetch, FetchInit, FetchResponse, GroupState,
  GroupStatus, JobDetail, JobEntry, JobStatus, JobStep, LogDropped, LogLine, Outcome, Problem, Progress,
  Reason, RunEvent, RunStarted, RunStatus, RunWatch, ShownStatus, Signal, Snapshot, Socket, SocketClass,
  Start, Timing, TokenSource, Transport, Wait, WatchedJob, WatchedRun, WatchOptions, WatchState,
} from 'runcast'

export type All = [
  AbortReceipt, CallOptions, Connection, Counts, Eta, Fetch, FetchInit, FetchResponse, GroupState,
  GroupStatus, JobDetail, JobEntry, JobStatus, JobStep, LogDropped, LogLine, Outcome, Problem, Progress,
  Reason, RunEvent, RunStarted, RunStatus, RunWatch, ShownStatus, Signal, Snapshot, Socket, SocketClass,
  Start, Timing, TokenSource, Transport, Wait, WatchedJob, WatchedRun, WatchOptions, WatchState,
]

const token: TokenSource = async (refused) => {
  if (refused !== undefined) throw new NoToken('none', { cause: refused })
  return 't'
}

export async function follow(signal: Signal): Promise<number> {
  const options: WatchOptions = { origin: 'https://x', token, signal, transport: 'auto', log: true }
  const start: Start = { pipeline: 'ingestion', input: {}, idempotency_key: 'k' }
  const { run_id, watch: paths } = await startRun(start, options)
  const watch: RunWatch = watchRun(run_id, { ...options, timing: { poll_ms: 1 } })
  for await (const { run, connection, cursor } of watch) {
    const total: number | undefined = run.progress?.counts.total
    const ready: number | undefined = run.progress?.counts.by_status.ready
    const step: JobStep | undefined = run.jobs.get('g')?.get('j')?.detail?.step
    const shown: ShownStatus = shownStatus(run)
    if (connection.status === 'live') paths.token = connection.transport
    if (shown === 'finished_with_problems') paths.token = shown
    if (total === ready && step === undefined && cursor) break
  }
  for await (const event of watch.events()) if (event.event === 'update') return seen(event)
  const receipt: AbortReceipt = await abortRun(run_id, options)
  return receipt.seq
}

function seen({ data }: RunEvent & { event: 'update' }): number {
  return Object.values(data).filter((jobs) => jobs['j'] === 'ready').length
}

export function wordsOf(error: unknown): string {
  return error instanceof ApiError ? (error.problem?.detail ?? error.message) : String(error)
}

// @ts-expect-error: there is no such transport
watchRun('r', { origin: 'https://x', token, transport: 'pigeon' })
// @ts-expect-error: a token is needed
watchRun('r', { origin: 'https://x' })
// @ts-expect-error: a run id is a string
watchRun(1, { origin: 'https://x', token })
// @ts-expect-error: only watchRun makes a watch
new watchRun('r', { token })
// @ts-expect-error: a run without a watch has no status
shownStatus({})
// @ts-expect-error: no status has this name
export const status: RunStatus = 'done'
`

/** Checks that the platform's own fetch, WebSocket and signal fit the options. */
const PLATFORM = `
import { watchRun, type Fetch, type SocketClass } from 'runcast'

const aborting = new AbortController()
const { signal } = aborting
export const plain: Fetch = fetch
export const sockets: SocketClass = WebSocket
export const mine: Fetch = (url, init) => fetch(url, { ...init, headers: { ...init.headers, a: 'b' } })
watchRun('r', { origin: 'https://x', token: 't', fetch, WebSocket, signal })
`

const REACT = `
import { createElement } from 'react'
import { ConnectionState, RuncastProvider, useFollowAgain, useRun, type RunState } from 'runcast/react'
import type { WatchState } from 'runcast'

export function Shown() {
  const state: RunState = useRun('r', { log: true })
  const watched: WatchState = state
  const jobs: number = useRun('r', { select: ({ run }) => run.jobs.size })
  const again: () => void = useFollowAgain('r')
  const { connection } = watched
  return createElement('p', { onClick: again }, jobs, createElement(ConnectionState, { connection }))
}

export const page = createElement(RuncastProvider, { origin: 'https://x', token: 't' }, createElement(Shown))
// @ts-expect-error: a token is needed
createElement(RuncastProvider, { origin: 'https://x' })
`

/** Checks that the package's types equal those that are inferred from the schemas. */
const SAME = `
import type * as packed from 'runcast'
import type { RunEvent } from '${PROTOCOL}/events.ts'
import type { WatchedRun } from '${PROTOCOL}/fold.ts'
import type { Problem } from '${PROTOCOL}/problems.ts'
import type { AbortReceipt, RunStarted } from '${PROTOCOL}/run.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** In the package a run id is a string without a brand. */
type Started = Omit<RunStarted, 'run_id'> & { run_id: string }

export const same: [
  Same<packed.RunEvent, RunEvent>,
  Same<packed.WatchedRun, WatchedRun>,
  Same<packed.Problem, Problem>,
  Same<packed.AbortReceipt, AbortReceipt>,
  Same<packed.RunStarted, Started>,
  Same<packed.RunStatus, packed.JobStatus>,
] = [true, true, true, true, true, false]
`

const COMPILER = join(MODULES, 'typescript/bin/tsc')

const NODE_NEXT = { module: 'NodeNext' }
const BUNDLER = { module: 'ESNext', moduleResolution: 'Bundler' }
const BARE = { lib: ['ES2022'] }
const DOM = { lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'] }
const WITH_NODE = { ...BARE, types: ['node'], typeRoots: [join(MODULES, '@types')] }
const WITH_WORKERS = { ...BARE, types: [join(MODULES, '@cloudflare/workers-types')] }
const WITH_SCHEMAS = {
  lib: ['ES2024', 'DOM'],
  exactOptionalPropertyTypes: false,
  skipLibCheck: true,
}

/** The files to check, options in addition to the strict ones, and the compiler. */
type Program = {
  readonly files: readonly string[]
  readonly options: object
  readonly compiler?: string
}

const bare = ['surface.ts']
const both = ['surface.ts', 'platform.ts']

/** Programs without React, whose types are not installed yet. */
export const plainPrograms: Readonly<Record<string, Program>> = {
  'NodeNext, no platform': { files: bare, options: { ...NODE_NEXT, ...BARE } },
  'NodeNext, DOM': { files: both, options: { ...NODE_NEXT, ...DOM } },
  'NodeNext, Node': { files: both, options: { ...NODE_NEXT, ...WITH_NODE } },
  'NodeNext, TypeScript 5.6': {
    files: bare,
    options: { ...NODE_NEXT, ...BARE },
    compiler: olderCompiler(),
  },
  'Bundler, no platform': { files: bare, options: { ...BUNDLER, ...BARE } },
  'Bundler, DOM': { files: both, options: { ...BUNDLER, ...DOM } },
  'Bundler, Workers': { files: both, options: { ...BUNDLER, ...WITH_WORKERS } },
  'the schemas': { files: ['same.ts'], options: { ...BUNDLER, ...WITH_SCHEMAS } },
}

export const reactPrograms: Readonly<Record<string, Program>> = {
  'NodeNext, no platform': { files: ['react.ts'], options: { ...NODE_NEXT, ...BARE } },
  'Bundler, DOM': { files: ['react.ts'], options: { ...BUNDLER, ...DOM } },
}

/** The examples of the documentation. */
export const examplePrograms: Readonly<Record<string, Program>> = {
  'Bundler, DOM': { files: ['main.tsx'], options: { ...BUNDLER, ...DOM } },
  'NodeNext, Node': {
    files: ['watch.ts', 'refused.ts', 'problems.ts'],
    options: { ...NODE_NEXT, ...WITH_NODE },
  },
}

const STRICT = {
  target: 'ES2022',
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  jsx: 'react-jsx',
  skipLibCheck: false,
  noEmit: true,
}

export function writePrograms(application: Application): void {
  application.write('surface.ts', SURFACE)
  application.write('platform.ts', PLATFORM)
  application.write('react.ts', REACT)
  application.write('same.ts', SAME)
}

/** Checks these programs as strictly as possible, and returns the errors of the compiler. */
export async function faultsOf(
  application: Application,
  programs: Readonly<Record<string, Program>>,
): Promise<readonly string[]> {
  const checks = Object.entries(programs).map(async ([name, { files, options, compiler }]) => {
    const config = `${name}.json`
    const compilerOptions = { ...STRICT, ...options }
    application.write(config, JSON.stringify({ compilerOptions, files }))
    try {
      await application.node(compiler ?? COMPILER, '-p', config)
      return []
    } catch (error) {
      return [String(error)]
    }
  })
  return (await Promise.all(checks)).flat()
}

/** The path of TypeScript 5.6, which `@arethetypeswrong/cli` depends on. */
function olderCompiler(): string {
  const cli = createRequire(join(MODULES, '@arethetypeswrong/cli/package.json'))
  const core = createRequire(cli.resolve('@arethetypeswrong/core'))
  return core.resolve('typescript/lib/tsc.js')
}
