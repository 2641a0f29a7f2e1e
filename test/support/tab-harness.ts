import { type Connection, cursorAfter, type FeedItem } from '../../src/client/feed.ts'
import { shareFeed } from '../../src/client/tabs/shared-feed.ts'
import { parseCursor } from '../../src/protocol/cursor.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'
import { MemoryChannels } from './memory-channels.ts'
import { MemoryLocks } from './memory-locks.ts'
import { shown, SourceRun } from './source-run.ts'

export const BEAT_MS = 1_000

/** Waits until all promises have settled that need nothing from outside of the process. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Returns the connection statuses among a feed's items. */
export function connectionsOf(items: readonly FeedItem[]): Connection[] {
  return items.flatMap((item) => ('status' in item ? [item] : []))
}

/** The tabs of one browser, which all watch one run. Each tab checks every item that it gets. */
export class TabHarness {
  readonly run = new SourceRun()
  readonly locks = new MemoryLocks()
  readonly channels = new MemoryChannels()
  readonly frozen = new Set<string>()
  tabs: Tab[] = []
  readonly dead: Tab[] = []
  #opened = 0

  open(): Tab {
    this.#opened += 1
    const tab = new Tab(`tab ${this.#opened}`, this)
    this.tabs.push(tab)
    tab.start(undefined)
    return tab
  }

  close(tab: Tab): void {
    tab.close()
    this.#forget(tab)
  }

  /** Ends a tab without a goodbye. Its last messages, `lost` of them, are not delivered. */
  kill(tab: Tab, lost: number): void {
    tab.isDead = true
    this.dead.push(tab)
    this.locks.kill(tab.name)
    this.channels.kill(tab.name, lost)
    this.#forget(tab)
  }

  freeze(tab: Tab): void {
    this.frozen.add(tab.name)
    this.channels.freeze(tab.name)
  }

  thaw(tab: Tab): void {
    this.frozen.delete(tab.name)
    this.channels.thaw(tab.name)
  }

  /** The readings of the feed by tabs that are open. */
  get upstreams() {
    const living = new Set(this.tabs.map(({ name }) => name))
    return this.run.upstreams.filter(({ isOpen, tab }) => isOpen && living.has(tab))
  }

  /** Lets one reading, of a tab that is not frozen, go on by one event. */
  flow(pick: number): boolean {
    const ready = this.upstreams.filter(({ tab }) => !this.frozen.has(tab))
    return ready[pick % Math.max(1, ready.length)]?.flow() ?? false
  }

  /** Runs everything that needs no time to pass. */
  async comeToRest(): Promise<void> {
    for (let goesOn = true; goesOn;) {
      await settle()
      goesOn = this.channels.deliver(0)
      for (const [i] of this.upstreams.entries()) goesOn = this.flow(i) || goesOn
    }
  }

  #forget(tab: Tab): void {
    this.frozen.delete(tab.name)
    this.tabs = this.tabs.filter((one) => one !== tab)
  }
}

/** One tab. It folds its items, and checks what must be true of each. */
export class Tab {
  readonly name: string
  readonly items: FeedItem[] = []
  isDead = false
  isDone = false
  failure: unknown
  held = unwatched
  cursor: string | undefined
  readonly #room: TabHarness
  readonly #feed
  #life = new AbortController()
  #line = 0
  #isOver = false
  #highest = 0
  #reading = 0

  constructor(name: string, room: TabHarness) {
    this.name = name
    this.#room = room
    this.#feed = shareFeed(room.run.feedOf(name), {
      name: 'run',
      locks: room.locks.of(name),
      channel: (channel) => room.channels.open(name, channel),
      beat_ms: BEAT_MS,
    })
  }

  start(cursor: string | undefined): void {
    this.#life = new AbortController()
    this.#reading += 1
    // Without a cursor the tab gets the whole log again.
    if (cursor === undefined) this.#line = 0
    void this.#read(cursor, this.#reading)
  }

  close(): void {
    this.#life.abort()
  }

  get seq(): number {
    return parseCursor(this.cursor)?.seq ?? 0
  }

  get line(): number {
    return this.#line
  }

  async #read(cursor: string | undefined, reading: number): Promise<void> {
    const { signal } = this.#life
    try {
      for await (const item of this.#feed({ cursor, signal })) {
        if (this.isDead) return
        if (signal.aborted) throw new Error('an item came after the end of the watch')
        this.#take(item)
      }
      if (reading === this.#reading && !signal.aborted) this.isDone = true
    } catch (error) {
      this.failure ??= error
    }
  }

  #take(item: FeedItem): void {
    this.items.push(item)
    if ('status' in item) return
    const event = item
    demand(!this.#isOver, 'nothing comes after the terminal status')
    this.held = fold(this.held, event)
    if (event.event === 'status' && isTerminalRun(event.data)) this.#isOver = true
    if (event.event === 'log') this.#takeLine(event)
    const { seq } = this
    this.cursor = cursorAfter(this.cursor, event)
    if (event.id === undefined) return
    this.#highest = Math.max(this.#highest, seq)
    demand(this.seq >= this.#highest, `the cursor rises from ${this.#highest}, not to ${this.seq}`)
    const [is, was] = [shown(this.held), this.#room.run.seen(this.seq)]
    demand(is === was, `at its cursor the run was\n${was}\nbut ${this.name} shows\n${is}`)
  }

  #takeLine({ data }: RunEvent & { event: 'log' }): void {
    if ('dropped' in data) throw new Error('no line is dropped while all are kept')
    demand(data.seq === this.#line + 1, `after line ${this.#line} comes not ${data.seq}`)
    this.#line = data.seq
  }
}

function demand(isTrue: boolean, why: string): void {
  if (!isTrue) throw new Error(why)
}
