import { isTerminalRun } from '../../protocol/terminal.ts'
import type { Connection, Feed, FeedItem } from '../feed.ts'
import { Inbox } from '../inbox.ts'
import { unrepeated } from '../log-position.ts'
import { catchUp } from './catch-up.ts'
import { apart, follow } from './follow.ts'
import { type Held, hold } from './held.ts'
import { type Having, Leader } from './leader.ts'
import { type Led, nameOfTalk, type Said } from './tab-talk.ts'
import type { TabChannel, Tabs } from './tabs.ts'

export type Sharing = Tabs & {
  /** Tabs that give the same name share: the run, what is wanted of it, and who watches. */
  readonly name: string
  /** A follower that heard nothing for two of these asks, and for three it reads for itself. */
  readonly beat_ms?: number
}

type Joined = Exclude<Led, { readonly kind: 'item' }>

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
  readonly #life = new AbortController()
  readonly #beats: ReturnType<typeof setInterval>
  #held: Held
  #connection: Connection = { status: 'connecting' }
  #standing = apart
  /** Beats since a leader was heard. */
  #unheard = 0
  /** A feed of its own, while the leader says nothing. */
  #alone: AbortController | undefined
  #leader: Leader | undefined

  constructor(feed: Feed, { name, locks, channel, beat_ms = BEAT_MS }: Sharing, held: Held) {
    this.#feed = feed
    this.#held = held
    this.#channel = channel(nameOfTalk(name))
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data))
    this.#beats = setInterval(() => this.#beat(), beat_ms)
    this.#ask()
    const { signal } = this.#life
    locks
      .request(nameOfTalk(name), { signal }, () => this.#lead())
      .catch(() => {
        // A page that may hold no locks, such as a sandboxed frame, shares nothing.
        if (!signal.aborted) this.#goAlone()
      })
  }

  /** Lets go of the lock; what was taken before may still be read. */
  close(): void {
    this.#life.abort()
    this.#alone?.abort()
    clearInterval(this.#beats)
    this.#channel.close()
    this.inbox.end()
  }

  async #lead(): Promise<void> {
    const { signal } = this.#life
    if (signal.aborted) return
    this.#alone?.abort()
    const leader = new Leader((said) => this.#post(said))
    this.#leader = leader
    leader.sayHere(this.#having)
    await this.#read(signal, (item) => leader.passOn(item, this.#having))
  }

  #goAlone(): void {
    this.#alone = new AbortController()
    void this.#read(this.#alone.signal, () => undefined)
  }

  async #read(signal: AbortSignal, passOn: (item: FeedItem) => void): Promise<void> {
    try {
      for await (const item of this.#feed({ cursor: this.#held.cursor, signal })) {
        if (signal.aborted) return
        this.#take(item)
        passOn(item)
      }
    } catch (error) {
      if (!signal.aborted) this.inbox.end(error)
    }
    if (!signal.aborted) this.close()
  }

  #hear(said: Said): void {
    if (this.#life.signal.aborted) return
    if (said.kind === 'ask') this.#leader?.asked(said, this.#having)
    else if (said.kind === 'ping') this.#leader?.sayHere(this.#having)
    else if (!this.#leader) this.#hearLeader(said)
  }

  #hearLeader(led: Led): void {
    this.#unheard = 0
    this.#comeBack()
    const { standing, does } = follow(this.#standing, led, this.#held)
    this.#standing = standing
    if (does === 'ask') this.#ask()
    if (led.kind === 'item') this.#hearItem(led.item, does === 'take')
    else if (does === 'join' || does === 'catch_up') this.#join(led, does)
  }

  /** There is a leader after all. */
  #comeBack(): void {
    if (!this.#alone) return
    this.#alone.abort()
    this.#alone = undefined
    this.#standing = apart
  }

  #join(led: Joined, does: 'join' | 'catch_up'): void {
    const lacking = does === 'catch_up' && led.kind === 'state'
    const events = lacking ? catchUp(this.#held.line, led.held) : []
    for (const event of events) this.#relay({ kind: 'event', event })
    this.#relay({ kind: 'connection', connection: led.connection })
  }

  /** Before it follows, a tab can show how the leader is connected, if nothing else. */
  #hearItem(item: FeedItem, inStep: boolean): void {
    if (inStep) this.#relay(item)
    else if (item.kind === 'connection' && item.connection.status !== 'ended') this.#take(item)
  }

  /** As the feed itself, a follower's ends with the run's round. */
  #relay(item: FeedItem): void {
    this.#take(item)
    if (item.kind === 'connection') {
      if (item.connection.status === 'ended') this.close()
    } else if (item.event.event === 'status' && isTerminalRun(item.event.data)) {
      this.#take({ kind: 'connection', connection: { status: 'ended' } })
      this.close()
    }
  }

  #take(item: FeedItem): void {
    if (item.kind === 'connection') {
      this.#connection = item.connection
      this.inbox.push({ item, held: this.#held })
      return
    }
    const event = unrepeated(this.#held.line, item.event)
    if (!event) return
    this.#held = hold(this.#held, event)
    this.inbox.push({ item: { kind: 'event', event }, held: this.#held })
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

  #post(said: Said): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
    this.#channel.postMessage(said)
  }

  get #having(): Having {
    return { held: this.#held, connection: this.#connection }
  }
}
