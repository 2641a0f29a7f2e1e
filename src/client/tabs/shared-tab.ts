import { asError } from '../as-error.ts'
import type { ChildSignal } from '../child-signal.ts'
import type { Connection, Feed, FeedItem } from '../feed.ts'
import { Inbox } from '../inbox.ts'
import { unrepeated } from '../log-position.ts'
import { isLast } from '../position.ts'
import { catchUp } from './catch-up.ts'
import { apart, follow } from './follow.ts'
import { type Held, hold } from './held.ts'
import { Leader } from './leader.ts'
import { type Led, nameOfTalk, type Said } from './tab-talk.ts'
import type { TabChannel, Tabs } from './tabs.ts'

export type Sharing = Tabs & {
  /** Tabs that give the same name share: the run, what is wanted of it, and who watches. */
  readonly name: string
  /** A follower that heard nothing for two of these asks, and for three it reads for itself. */
  readonly beat_ms?: number
}

/** An item for this tab's reader, and what it holds with it. */
type Taken = { readonly item: FeedItem; readonly held: Held }

const BEAT_MS = 4_000

/**
 * One tab's watch of a run that others may watch too. The one with the lock reads the feed and
 * passes it on. The others follow, and each waits for the lock to go on from its own cursor.
 */
export class SharedTab {
  readonly inbox = new Inbox<Taken>()
  readonly #feed: Feed
  readonly #channel: TabChannel
  readonly #life: ChildSignal
  readonly #beats: ReturnType<typeof setInterval>
  #held: Held
  #standing = apart
  /** Beats since a leader was heard. */
  #unheard = 0
  /** A feed of its own, while the leader says nothing. */
  #alone: AbortController | undefined
  #leader: Leader | undefined

  constructor(feed: Feed, sharing: Sharing & { readonly life: ChildSignal }, held: Held) {
    const { locks, channel, life, beat_ms = BEAT_MS } = sharing
    const name = nameOfTalk(sharing.name)
    this.#feed = feed
    this.#life = life
    this.#held = { ...held, connection: { status: 'connecting' } }
    this.#channel = channel(name)
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data))
    this.#beats = setInterval(() => this.#beat(), beat_ms)
    this.#ask()
    const { signal } = life
    signal.addEventListener('abort', () => this.#close())
    locks
      .request(name, { signal }, () => this.#lead())
      .catch(() => {
        // A page that may hold no locks, such as a sandboxed frame, shares nothing.
        if (!signal.aborted) this.#goAlone()
      })
  }

  /** Lets go of the lock; what was taken before may still be read. */
  #close(): void {
    this.#alone?.abort()
    clearInterval(this.#beats)
    this.#channel.close()
    this.inbox.end()
  }

  async #lead(): Promise<void> {
    const { signal } = this.#life
    if (signal.aborted) return
    this.#alone?.abort()
    this.#leader = new Leader(this.#post)
    this.#leader.sayHere(this.#held)
    await this.#read(signal)
  }

  #goAlone(): void {
    this.#alone = new AbortController()
    void this.#read(this.#alone.signal)
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      for await (const item of this.#feed({ cursor: this.#held.cursor, signal })) {
        if (signal.aborted) return
        this.#take(item)
        this.#leader?.passOn(item, this.#held)
      }
    } catch (error) {
      if (!signal.aborted) this.inbox.end(error)
    }
    if (!signal.aborted) this.#life.end()
  }

  #hear(said: Said): void {
    if (this.#life.signal.aborted) return
    if (said.kind === 'ask') this.#leader?.asked(said, this.#held)
    else if (said.kind === 'ping') this.#leader?.sayHere(this.#held)
    else if (!this.#leader) this.#hearLeader(said)
  }

  #hearLeader(led: Led): void {
    this.#unheard = 0
    this.#comeBack()
    const { standing, does } = follow(this.#standing, led, this.#held)
    this.#standing = standing
    if (does === 'ask') this.#ask()
    if (led.kind === 'item') return this.#hearItem(led.item, does === 'take')
    if (led.kind === 'state' && does === 'catch_up')
      for (const event of catchUp(this.#held.line, led)) this.#relay(event)
    const { connection } = led
    if (does === 'join' || does === 'catch_up') this.#relay(connection)
  }

  /** There is a leader after all. */
  #comeBack(): void {
    if (!this.#alone) return
    this.#alone.abort()
    this.#alone = undefined
    this.#standing = apart
  }

  /** Before it follows, a tab can show how the leader is connected, if nothing else. */
  #hearItem(item: FeedItem, inStep: boolean): void {
    if (inStep) this.#relay(item)
    else if ('status' in item && item.status !== 'ended') this.#take(item)
  }

  /** As the feed itself, a follower's ends with the run's round. */
  #relay(item: FeedItem): void {
    this.#take(item)
    if ('event' in item && isLast(item)) this.#take({ status: 'ended' })
    if (this.#held.connection.status === 'ended') this.#life.end()
  }

  #take(item: FeedItem): void {
    if ('status' in item) {
      this.#held = { ...this.#held, connection: withPlainError(item) }
      return this.inbox.push({ item, held: this.#held })
    }
    const event = unrepeated(this.#held.line, item)
    if (!event) return
    this.#held = hold(this.#held, event)
    this.inbox.push({ item: event, held: this.#held })
  }

  #beat(): void {
    if (this.#leader) return
    this.#unheard += 1
    if (this.#unheard > 2 && !this.#alone) this.#goAlone()
    else if (this.#unheard > 1) this.#ask()
  }

  /** Who is in step only wants to hear whether the leader is there. */
  #ask(): void {
    const inStep = this.#standing.kind === 'in_step'
    const { cursor, whole } = this.#held
    this.#post(inStep ? { kind: 'ping' } : { kind: 'ask', cursor, whole })
  }

  readonly #post = (said: Said): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
    this.#channel.postMessage(said)
  }
}

/** Of an error the message alone goes from one tab to another, whatever else it may hold. */
function withPlainError(connection: Connection): Connection {
  if (!('error' in connection)) return connection
  return { ...connection, error: new Error(asError(connection.error).message) }
}
