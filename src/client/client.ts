/** The library's surface: `runcast`. */
export { ApiError } from './api-error.ts'
export type { Connection, Transport } from './feed.ts'
export { abortRun, type Start, startRun } from './run-calls.ts'
export type { Fetch, FetchInit, FetchResponse, Signal, Socket, SocketClass } from './run-route.ts'
export type { RunWatch } from './run-watch.ts'
export type { Timing } from './timing.ts'
export { NoToken, type TokenSource } from './token.ts'
export { type CallOptions, watchRun, type WatchOptions } from './watch-run.ts'
export type { WatchState } from './watch-state.ts'

export type {
  Eta,
  GroupState,
  JobDetail,
  JobEntry,
  Progress,
  RunEvent,
  Wait,
} from '../protocol/events.ts'
export type { WatchedJob, WatchedRun } from '../protocol/fold.ts'
export type { LogDropped, LogLine } from '../protocol/log.ts'
export type { Problem } from '../protocol/problems.ts'
export type { AbortReceipt, Counts, RunStarted, Snapshot } from '../protocol/run.ts'
export type {
  GroupStatus,
  JobStatus,
  JobStep,
  Outcome,
  Reason,
  RunStatus,
} from '../protocol/status.ts'
