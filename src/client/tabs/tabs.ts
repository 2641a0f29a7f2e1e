import type { TabMessage } from './tab-protocol.ts'

/** The part of the browser's LockManager that the library uses. A closed tab loses its locks. */
export type TabLocks = {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    granted: (lock: unknown) => Promise<void>,
  ): Promise<unknown>
}

/** The part of a BroadcastChannel that the library uses. All other tabs hear one tab's messages in order. */
export type TabChannel = {
  postMessage(message: TabMessage): void
  addEventListener(type: 'message', listener: (event: { readonly data: TabMessage }) => void): void
  close(): void
}

/** The means by which the tabs of one origin reach each other. */
export type Tabs = {
  readonly locks: TabLocks
  readonly channel: (name: string) => TabChannel
}

/** Undefined where tabs cannot share: in a Worker, in an older Node, on a page without HTTPS. */
export function findTabs(globals: object = globalThis): Tabs | undefined {
  const { navigator, BroadcastChannel: Channel }: Partial<TabGlobals> = globals
  const locks = navigator?.locks
  return locks?.request && Channel && { locks, channel: (name) => new Channel(name) }
}

type TabGlobals = {
  readonly navigator: { readonly locks?: Partial<TabLocks> & TabLocks } | null
  readonly BroadcastChannel: new (name: string) => TabChannel
}
