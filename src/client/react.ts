/** The library's surface for React: `runcast/react`. */
export { ConnectionState } from './react/connection-state.tsx'
export { RuncastProvider } from './react/provider.tsx'
export type { RunLog } from './react/run-log.ts'
export type { RunState } from './react/shared-run.ts'
export { type DocumentProgress, useDocumentProgress } from './react/use-document-progress.ts'
export { useFollowAgain } from './react/use-follow-again.ts'
export type { RunOptions, RuncastOptions } from './react/room.ts'
export { useRun, type UseRunOptions } from './react/use-run.ts'
