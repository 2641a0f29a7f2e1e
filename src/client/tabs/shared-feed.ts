import { AsyncQueue } from '../async-queue.ts'
import { asError } from '../errors.ts'
import {
  type Connection,
  type Feed,
  type FeedItem,
  isTerminalEvent,
  withoutKnownLines,
} from '../feed.ts'
import { ChildSignal } from '../signals.ts'
import { apart, channelName, follow, Leader, type LeaderMessage } from './tab-protocol.ts'
import type { TabMessage } from './tab-protocol.ts'
import { applyEvent, catchUp, emptyTabState, type TabState } from './tab-state.ts'
import type { TabChannel, Tabs } from './tabs.ts'

export type ShareOptions = Tabs & {
  /** Tabs with the same name share: it stands for the run, the wanted events, and the watcher. */
  readonly name: string
  /** A follower that heard nothing for two beats asks. After three it reads the feed itself. */
  readonly beat_ms?: number
}

/**
 * A feed that one of the tabs with the same name reads and passes on to the others. A start from a cursor
 * whose state this tab does not have begins without a cursor: a leader must have the whole state.
 */
export function shareFeed(feed: Feed, options: ShareOptions): Feed {
  let shown = emptyTabState
  return async function* ({ cursor, signal }) {
    if (signal.aborted) return
    const isKnown = cursor !== undefined && cursor === shown.cursor
    const life = new ChildSignal(signal)
    const tab = new SharedTab(feed, { ...options, life }, isKnown ? shown : emptyTabState)
    try {
      for await (const { item, state } of tab.items) {
        if (signal.aborted) return
        shown = state
        yield item
      }
    } finally {
      life.abort()
    }
  }
}

/** An item for this tab's reader, and the tab's state with it. */
type TabItem = { readonly item: FeedItem; readonly state: TabState }

const BEAT_MS = 4_000

/**
 * One tab's part in a shared feed. The tab with the run's lock leads: it reads the feed and passes the
 * items on. The others follow, and each waits for the lock, to go on from its own cursor.
 */
class SharedTab {
  readonly items = new AsyncQueue<TabItem>()
  readonly #feed: Feed
  readonly #channel: TabChannel
  readonly #life: ChildSignal
  #state: TabState
  #follower = apart
  #leader: Leader | undefined
  /** Set once another tab was heard: that tab may follow when this one leads. */
  #hasCompany = false
  /** Ends this tab's own reading of the feed, while it hears no leader. */
  #alone: ChildSignal | undefined
  /** Beats since a leader was heard. */
  #unheard = 0

  constructor(feed: Feed, options: ShareOptions & { readonly life: ChildSignal }, state: TabState) {
    const { locks, channel, life, beat_ms = BEAT_MS } = options
    const name = channelName(options.name)
    this.#feed = feed
    this.#life = life
    this.#state = { ...state, connection: { status: 'connecting' } }
    this.#channel = channel(name)
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data))
    const beats = setInterval(() => this.#beat(), beat_ms)
    this.#ask()
    const { signal } = life
    signal.addEventListener('abort', () => {
      clearInterval(beats)
      this.#channel.close()
      // The items that were taken before can still be read.
      this.items.close()
    })
    locks
      .request(name, { signal }, () => this.#lead())
      .catch(() => {
        // A page that may hold no locks, such as a sandboxed frame, shares nothing.
        if (!signal.aborted) this.#readAlone()
      })
  }

  async #lead(): Promise<void> {
    const { signal } = this.#life
    if (signal.aborted) return
    this.#alone?.abort()
    this.#leader = new Leader(this.#post, this.#hasCompany)
    this.#leader.sendHere(this.#state)
    await this.#read(signal)
  }

  #readAlone(): void {
    this.#alone = new ChildSignal(this.#life.signal)
    void this.#read(this.#alone.signal)
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      for await (const item of this.#feed({ cursor: this.#state.cursor, signal })) {
        if (signal.aborted) return
        this.#take(item)
        this.#leader?.send(item, this.#state)
      }
    } catch (error) {
      if (!signal.aborted) this.#take({ status: 'failed', error })
    }
    if (!signal.aborted) this.#life.abort()
  }

  #hear(message: TabMessage): void {
    if (this.#life.signal.aborted) return
    this.#hasCompany = true
    if (message.kind === 'ask') this.#leader?.hearAsk(message, this.#state)
    else if (message.kind === 'ping') this.#leader?.hearPing(this.#state)
    else if (!this.#leader) this.#hearLeader(message)
  }

  #hearLeader(message: LeaderMessage): void {
    this.#unheard = 0
    this.#stopReadingAlone()
    const { state, action } = follow(this.#follower, message, this.#state)
    this.#follower = state
    if (action === 'ask') this.#ask()
    if (message.kind === 'item') return this.#hearItem(message.item, action === 'take')
    if (message.kind === 'state' && action === 'catch_up')
      for (const event of catchUp(this.#state.line, message)) this.#relay(event)
    if (action === 'join' || action === 'catch_up') this.#relay(message.connection)
  }

  #stopReadingAlone(): void {
    if (!this.#alone) return
    this.#alone.abort()
    this.#alone = undefined
    this.#follower = apart
  }

  /** Takes an item of the leader. A tab that is not in step yet only takes how the leader is connected. */
  #hearItem(item: FeedItem, isInStep: boolean): void {
    if (isInStep) this.#relay(item)
    else if ('status' in item && item.status !== 'ended') this.#take(item)
  }

  /** Takes a leader's item. A follower's feed ends with the round, as every feed does. */
  #relay(item: FeedItem): void {
    this.#take(item)
    if ('event' in item && isTerminalEvent(item)) this.#relay({ status: 'ended' })
    if ('status' in item && item.status === 'ended') this.#life.abort()
  }

  #take(item: FeedItem): void {
    const taken = 'event' in item ? withoutKnownLines(this.#state.line, item) : item
    if (!taken) return
    this.#state =
      'event' in taken
        ? applyEvent(this.#state, taken)
        : { ...this.#state, connection: withPlainError(taken) }
    void this.items.push({ item: taken, state: this.#state })
  }

  #beat(): void {
    if (this.#leader) return
    this.#unheard += 1
    if (this.#unheard > 2 && !this.#alone) this.#readAlone()
    else if (this.#unheard > 1) this.#ask()
  }

  /** Asks the leader for the state. A tab in step only asks whether the leader is still there. */
  #ask(): void {
    const { cursor, whole } = this.#state
    const isInStep = this.#follower.n !== undefined
    this.#post(isInStep ? { kind: 'ping' } : { kind: 'ask', cursor, whole })
  }

  readonly #post = (message: TabMessage): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
    this.#channel.postMessage(message)
  }
}

/** Only an error's message goes from tab to tab: its other members may not be cloneable. */
function withPlainError(connection: Connection): Connection {
  if (!('error' in connection)) return connection
  return { ...connection, error: new Error(asError(connection.error).message) }
}
