/** The library's surface: `runcast/client`. */
export { ApiError } from './api-error.ts'
export type { Connection, Transport } from './feed.ts'
export { abortRun, type Start, startRun } from './run-calls.ts'
export type { RunWatch } from './run-watch.ts'
export { NoToken, type TokenSource } from './token.ts'
export { type CallOptions, watchRun, type WatchOptions } from './watch-run.ts'
export type { WatchState } from './watch-state.ts'
