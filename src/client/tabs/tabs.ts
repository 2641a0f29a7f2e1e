import type { Said } from './tab-talk.ts'

/** What is used of the browser's LockManager: locks that a tab holds until it lets go or is gone. */
export type TabLocks = {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    granted: (lock: unknown) => Promise<void>,
  ): Promise<unknown>
}

/** What is used of a BroadcastChannel: what one tab posts, all others hear in its order. */
export type TabChannel = {
  postMessage(said: Said): void
  addEventListener(type: 'message', listener: (event: { readonly data: Said }) => void): void
  close(): void
}

/** What the tabs of one origin have in common. */
export type Tabs = {
  readonly locks: TabLocks
  readonly channel: (name: string) => TabChannel
}

/** Undefined where each is for itself: in a Worker, in an older Node, on a page without HTTPS. */
export function findTabs(world: object = globalThis): Tabs | undefined {
  const { navigator, BroadcastChannel: Channel }: Partial<Browser> = world
  const locks = navigator?.locks
  return locks?.request && Channel && { locks, channel: (name) => new Channel(name) }
}

/** What of it there may be. */
type Browser = {
  readonly navigator: { readonly locks?: Partial<TabLocks> & TabLocks } | null
  readonly BroadcastChannel: new (name: string) => TabChannel
}
