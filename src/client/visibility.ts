import { ChildSignal } from './child-signal.ts'
import type { Feed, FeedItem, FeedStart } from './feed.ts'
import { cursorAfter } from './position.ts'
import { Timer } from './timer.ts'
import { untilAborted } from './wait.ts'

/** What there is of a page's document; Node and Workers have none. */
export type Page = {
  readonly visibilityState: string
  addEventListener(type: 'visibilitychange', listener: () => void): void
  removeEventListener(type: 'visibilitychange', listener: () => void): void
}

/** Lets go of a feed while the page is hidden, and catches up from its cursor when it is seen. */
export function whileSeen(feed: Feed, page: Page | undefined, hidden_ms: number): Feed {
  if (!page) return feed
  return async function* ({ cursor, signal }: FeedStart): AsyncGenerator<FeedItem, void> {
    while (!signal.aborted) {
      const look = new ChildSignal(signal)
      const leave = whenHidden(page, hidden_ms, () => look.end())
      try {
        for await (const item of feed({ cursor, signal: look.signal })) {
          if ('event' in item) cursor = cursorAfter(cursor, item)
          yield item
        }
        if (!look.signal.aborted) return
      } finally {
        leave()
        look.end()
      }
      yield { status: 'paused' }
      await untilSeen(page, signal)
    }
  }
}

/** Tells once the page was hidden for so long, until the answer is called. */
function whenHidden(page: Page, hidden_ms: number, tell: () => void): () => void {
  const timer = new Timer()
  const leave = lookAt(page, () => {
    timer.clear()
    if (page.visibilityState === 'hidden') timer.set(hidden_ms, tell)
  })
  return () => {
    leave()
    timer.clear()
  }
}

/** Resolves once the page is seen, or the signal is aborted. */
async function untilSeen(page: Page, signal: AbortSignal): Promise<void> {
  const seen = new ChildSignal(signal)
  const leave = lookAt(page, () => {
    if (page.visibilityState !== 'hidden') seen.end()
  })
  await untilAborted(seen.signal)
  leave()
}

/** Calls at once and with each change, until the answer is called. */
function lookAt(page: Page, look: () => void): () => void {
  page.addEventListener('visibilitychange', look)
  look()
  return () => page.removeEventListener('visibilitychange', look)
}
