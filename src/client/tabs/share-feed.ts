import { ChildSignal } from '../child-signal.ts'
import type { Feed } from '../feed.ts'
import { nothing } from './held.ts'
import { SharedTab, type Sharing } from './shared-tab.ts'

/**
 * The same feed, read by one of the tabs that share a name and passed on to the others. Where it is
 * started from a cursor whose state this tab has not shown, it starts over with the full state, since
 * who leads must have all of it to give.
 */
export function shareFeed(feed: Feed, sharing: Sharing): Feed {
  let shown = nothing
  return async function* ({ cursor, signal }) {
    if (signal.aborted) return
    const known = cursor !== undefined && cursor === shown.cursor
    const life = new ChildSignal(signal)
    const tab = new SharedTab(feed, { ...sharing, life }, known ? shown : nothing)
    try {
      for await (const { item, held } of tab.inbox) {
        if (signal.aborted) return
        shown = held
        yield item
      }
    } finally {
      life.end()
    }
  }
}
