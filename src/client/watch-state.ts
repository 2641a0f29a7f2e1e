import { fold, unwatched, type WatchedRun } from '../protocol/fold.ts'
import type { Connection, FeedItem } from './feed.ts'
import { cursorAfter } from './position.ts'

/** What a watch shows: the run as of `cursor`, and how it is followed. It is never changed, only replaced. */
export type WatchState = {
  readonly run: WatchedRun
  readonly connection: Connection
  /** Absent before the first one came, and while a full state comes in pages. */
  readonly cursor?: string
}

export const unseen: WatchState = { run: unwatched, connection: { status: 'connecting' } }

/** The next state; the same one where nothing changes. */
export function take(state: WatchState, item: FeedItem): WatchState {
  if ('status' in item) return { ...state, connection: item }
  const { cursor: before, connection } = state
  const cursor = cursorAfter(before, item)
  const run = fold(state.run, item)
  if (run === state.run && cursor === before) return state
  return { run, connection, ...(cursor !== undefined && { cursor }) }
}

/** Nothing will come after this. */
export function isOver({ connection }: WatchState): boolean {
  return connection.status === 'ended' || connection.status === 'failed'
}
