import type { Connection, FeedItem } from '../feed.ts'
import type { TabState } from './tab-state.ts'

/** A leader's position: it has sent `n` items in its term. A term begins when a tab gets the run's lock. */
type LeaderPosition = { readonly term: string; readonly n: number }

type TabPosition = Pick<TabState, 'cursor' | 'whole'>

/** A leader's message to all tabs. */
export type LeaderMessage = LeaderPosition &
  (
    | { readonly kind: 'item'; readonly item: FeedItem }
    /** A tab whose run is exactly as it was at this cursor has everything. Undefined: not known yet. */
    | {
        readonly kind: 'here'
        readonly cursor: string | undefined
        readonly connection: Connection
      }
    /** The leader's whole state, for tabs at another cursor. */
    | ({ readonly kind: 'state' } & TabState)
  )

export type TabMessage =
  | LeaderMessage
  /** A tab wants to follow, and tells its position. */
  | ({ readonly kind: 'ask' } & TabPosition)
  /** A follower has heard nothing for a while, and asks whether the leader is there. */
  | { readonly kind: 'ping' }

/**
 * The name of a run's channel and lock. It has this protocol's version in it, since tabs with an older and
 * a newer version of a page may be open together, and must not share.
 */
export function channelName(name: string): string {
  return `runcast/3 run ${name}`
}

/** The sending half, of the tab that has the run's lock. */
export class Leader {
  readonly #position = { term: crypto.randomUUID(), n: 0 }
  readonly #post: (message: TabMessage) => void
  /** The positions of tabs that asked and were not answered yet. */
  #asking: TabPosition[] = []
  /** Whether another tab may follow. While none may, the leader copies no item. */
  #isFollowed: boolean

  constructor(post: (message: TabMessage) => void, isFollowed: boolean) {
    this.#post = post
    this.#isFollowed = isFollowed
  }

  /** Sends an item. `failed` is not sent: each follower then tries with its own token. */
  send(item: FeedItem, state: TabState): void {
    const { connection } = state
    if (connection.status === 'failed') return
    // A tab that follows later sees by the number that it lacks items.
    this.#position.n += 1
    if (!this.#isFollowed) return
    this.#post({ kind: 'item', ...this.#position, item: 'event' in item ? item : connection })
    this.#answer(state)
  }

  /** Answers a tab that wants to follow: at once, or else after a later item. */
  hearAsk(position: TabPosition, state: TabState): void {
    this.#isFollowed = true
    this.#asking.push(position)
    if (!this.#answer(state)) this.sendHere(state)
  }

  hearPing(state: TabState): void {
    this.#isFollowed = true
    this.sendHere(state)
  }

  sendHere({ whole, cursor, connection }: TabState): void {
    const sure = whole ? cursor : undefined
    this.#post({ kind: 'here', ...this.#position, cursor: sure, connection })
  }

  /**
   * Answers the tabs that can be answered now. In the middle of a listing or a frame no tab is answered. A tab
   * whose cursor is ahead of the leader's is answered when the leader has reached that cursor.
   */
  #answer(state: TabState): boolean {
    const isEarly = ({ cursor }: TabPosition) => !state.whole || isAhead(cursor, state.cursor)
    const due = this.#asking.filter((position) => !isEarly(position))
    this.#asking = this.#asking.filter(isEarly)
    const isHere = ({ cursor, whole }: TabPosition) => whole && cursor === state.cursor
    if (!due.every(isHere)) this.#post({ kind: 'state', ...this.#position, ...state })
    else if (due.length > 0) this.sendHere(state)
    return due.length > 0
  }
}

/** A follower is in step with a leader, or apart. Apart, it has no `n`, and has asked the leader of `term`, if any. */
export type FollowerState = LeaderPosition | { readonly term?: string; readonly n?: undefined }

export type FollowerStep = {
  readonly state: FollowerState
  /**
   * - `take`: the message's item is the next one.
   * - `join`: the tab has everything, and is in step from now on.
   * - `catch_up`: the same, once the tab has taken the message's state.
   * - `ask`: something is missing.
   * - `ignore`: there is nothing to do.
   */
  readonly action: 'take' | 'join' | 'catch_up' | 'ask' | 'ignore'
}

export const apart: FollowerState = {}

/** The receiving half: decides what a tab does with a leader's message, so that it takes each item once. */
export function follow(
  state: FollowerState,
  message: LeaderMessage,
  { cursor, whole }: TabPosition,
): FollowerStep {
  const isKnown = state.term === message.term
  if (isKnown && state.n !== undefined) return goOn(state, message)
  if (message.kind !== 'item') {
    if (whole && message.cursor !== undefined && message.cursor === cursor)
      return { state: inStep(message), action: 'join' }
    if (message.kind === 'state' && !isAhead(cursor, message.cursor))
      return { state: inStep(message), action: 'catch_up' }
  }
  return isKnown ? { state, action: 'ignore' } : ask(message)
}

function goOn(state: LeaderPosition, message: LeaderMessage): FollowerStep {
  const { n } = state
  if (message.kind === 'item' && message.n === n + 1)
    return { state: inStep(message), action: 'take' }
  return message.n > n ? ask(message) : { state, action: 'ignore' }
}

function inStep({ term, n }: LeaderPosition): FollowerState {
  return { term, n }
}

function ask({ term }: LeaderPosition): FollowerStep {
  return { state: { term }, action: 'ask' }
}

/** Whether a cursor is later than another one of the same epoch. A watcher never goes back. */
export function isAhead(cursor: string | undefined, of: string | undefined): boolean {
  const [epoch, seq] = (cursor ?? '').split('.')
  const [other, than] = (of ?? '').split('.')
  return epoch === other && Number(seq) > Number(than)
}
