import { parseCursor } from '../../protocol/cursor.ts'
import { isTerminalRun } from '../../protocol/terminal.ts'
import type { ItemPosition, WatchSubject } from './shown.ts'

/** The options that a watcher asked for (EV-4, EV-5, EV-7). Each combination is a variant of the frames. */
export type SubscriptionOptions = {
  readonly lean: boolean
  readonly detail: boolean
  readonly log: boolean
}

/**
 * A watcher's position: how much of a run the watcher has been shown so far.
 * - `new`: nothing.
 * - `resumed`: the watcher came with a cursor, and has been sent nothing on this connection.
 * - `shown`: all changes up to `shown`, and the jobs that were added up to `listed`.
 * - `paging`: the watcher is in the middle of a listing.
 */
export type Position =
  | { readonly kind: 'new' }
  | { readonly kind: 'resumed'; readonly shown: number }
  | ShownPosition
  | (Paging & { readonly kind: 'paging' })

type ShownPosition = { readonly kind: 'shown'; readonly shown: number; readonly listed: number }

/**
 * A position in a listing. The listing has all jobs whose entries changed after `since`, in pages; each page is
 * read when the watcher has taken the page before.
 * - `began`: the seq at which the listing began.
 * - `after`: the last job that was listed.
 * - `shown`: the seq up to which the watcher was shown changes of the jobs that it knew before the listing.
 */
export type Paging = {
  readonly since: number
  readonly shown: number
  readonly began: number
  readonly after: ItemPosition | null
}

/** A position, and the watcher's options. Watchers with equal keys get the same bytes. */
export type Subscription = {
  readonly key: string
  readonly position: Position
  readonly options: SubscriptionOptions
}

export function subscriptionAt(position: Position, options: SubscriptionOptions): Subscription {
  return { key: `${variantKey(options)} ${positionKey(position)}`, position, options }
}

/** Whether what is watched has ended. A list of runs never does. */
export function hasEnded({ life }: Pick<WatchSubject, 'life'>): boolean {
  return life !== undefined && isTerminalRun(life.status)
}

/** The position that a cursor names in this run. A cursor of another epoch, or of the future, counts as no cursor (W-4). */
export function positionOf(state: WatchSubject, last_event_id: string | null): Position {
  const cursor = parseCursor(last_event_id)
  if (cursor?.epoch !== state.epoch || cursor.seq > state.seq) return { kind: 'new' }
  return { kind: 'resumed', shown: cursor.seq }
}

/** The same for a watcher that must not be told the status again: a poll, or a socket whose object woke. */
export function continuedPosition(state: WatchSubject, cursor: string | null): Position {
  const position = positionOf(state, cursor)
  if (position.kind !== 'resumed') return position
  return { kind: 'shown', shown: position.shown, listed: position.shown }
}

/** The position of a watcher that has been shown the run as it is now, with all jobs that were added up to `listed`. */
export function positionNow(state: WatchSubject, listed: number): Position {
  return { kind: 'shown', shown: state.seq, listed }
}

/** Up to which seq the watcher was shown changes and added jobs. In the middle of a listing neither counts. */
export function knownAt(position: Position): { shown: number; listed: number } {
  switch (position.kind) {
    case 'new':
    case 'paging':
      return { shown: 0, listed: 0 }
    case 'resumed':
      return { shown: position.shown, listed: position.shown }
    case 'shown':
      return position
  }
}

/** Where the next page of a listing begins: the first page, unless the watcher is in the middle. */
export function pagingAt(state: WatchSubject, position: Position): Paging {
  if (position.kind === 'paging') return position
  const { shown, listed } = knownAt(position)
  const told = position.kind === 'new' ? state.seq : shown
  return { since: listed, shown: told, began: state.seq, after: null }
}

/** Whether a watcher that is not lean gets the full state: EV-2 says when. */
export function listsAll(state: WatchSubject, position: Position, relist: boolean): boolean {
  if (position.kind === 'new' || position.kind === 'paging' || hasEnded(state)) return true
  const { shown, listed } = knownAt(position)
  if (state.life?.status === 'ingesting' && state.status_seq > shown) return true
  return (relist || position.kind === 'resumed') && state.added_seq > listed
}

function variantKey({ lean, detail, log }: SubscriptionOptions): string {
  return `${lean ? 'l' : ''}${detail ? 'd' : ''}${log ? 'g' : ''}`
}

function positionKey(position: Position): string {
  switch (position.kind) {
    case 'new':
      return 'new'
    case 'resumed':
      return `resumed ${position.shown}`
    case 'shown':
      return `${position.shown}/${position.listed}`
    case 'paging': {
      const { since, shown, began, after } = position
      return `paging ${since} ${shown} ${began} ${after?.group}.${after?.n}`
    }
  }
}
