/** The public surface of `runcast/react`. */
export { ConnectionState } from './react/connection-state.tsx'
export { RuncastProvider } from './react/provider.tsx'
export type { RunLog } from './react/run-log.ts'
export type { RuncastOptions, RunOptions, RunState } from './react/runcast-client.ts'
export { type DocumentProgress, useDocumentProgress } from './react/use-document-progress.ts'
export type { LiveRun } from './react/live-runs.ts'
export { type RunsState, useRuns } from './react/use-runs.ts'
export { useFollowAgain, useRun, type UseRunOptions } from './react/use-run.ts'
