import type { Feed, FeedItem, FeedStart } from './feed.ts'
import type { Connect, Opening, Said } from './transports/connect.ts'

/** A way to connect whose code comes when it is taken; if it does not, that connection has failed. */
export function loadedConnect(load: () => Promise<Connect>): Connect {
  return async function* (opening: Opening): AsyncGenerator<Said, void> {
    yield* (await load())(opening)
  }
}

/** A feed whose code comes when it is first read; where it does not come, the other one is read. */
export function loadedFeed(load: () => Promise<Feed>, other: Feed): Feed {
  let loaded: Feed | undefined
  return async function* (start: FeedStart): AsyncGenerator<FeedItem, void> {
    loaded ??= await load().catch(() => undefined)
    yield* (loaded ?? other)(start)
  }
}
