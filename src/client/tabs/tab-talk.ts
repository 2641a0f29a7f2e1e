import type { Connection, FeedItem } from '../feed.ts'
import type { Held } from './held.ts'

/** How far a leader is: it has passed on `n` items in its term, which is from getting the lock on. */
export type Place = { readonly term: string; readonly n: number }

/** Where a tab is, and whether it has folded in nothing of what comes after (`Held.whole`). */
export type Seat = Pick<Held, 'cursor' | 'whole'>

/** What a leader says to all tabs at once. */
export type Led = Place &
  (
    | { readonly kind: 'item'; readonly item: FeedItem }
    /** Who stands at this cursor lacks nothing; undefined while the leader has none that is sure. */
    | {
        readonly kind: 'here'
        readonly cursor: string | undefined
        readonly connection: Connection
      }
    /** For those who stand elsewhere: all that the leader holds. */
    | ({ readonly kind: 'state' } & Held)
  )

/**
 * What tabs say to each other. The names of the channel and of the lock carry this protocol's
 * version: tabs of different versions of a page are open side by side.
 */
export type Said =
  | Led
  /** A tab wants to follow. */
  | ({ readonly kind: 'ask' } & Seat)
  /** A follower has heard nothing for a while. */
  | { readonly kind: 'ping' }

export function nameOfTalk(name: string): string {
  return `runcast/2 run ${name}`
}
