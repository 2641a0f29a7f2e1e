import type { FeedItem } from '../feed.ts'
import { isAhead } from './follow.ts'
import type { Held } from './held.ts'
import type { Said, Seat } from './tab-talk.ts'

/** The tab that holds a run's lock, as the others hear it. */
export class Leader {
  readonly #place = { term: crypto.randomUUID(), n: 0 }
  readonly #post: (said: Said) => void
  /** Where those are who want to follow and were not answered. */
  #asks: readonly Seat[] = []

  constructor(post: (said: Said) => void) {
    this.#post = post
  }

  /** That it cannot go on is not passed on: whoever follows finds out with its own token. */
  passOn(item: FeedItem, held: Held): void {
    const { connection } = held
    if (connection.status === 'failed') return
    this.#place.n += 1
    const said = 'event' in item ? item : connection
    this.#post({ kind: 'item', ...this.#place, item: said })
    this.#answer(held)
  }

  asked(seat: Seat, held: Held): void {
    this.#asks = [...this.#asks, seat]
    if (!this.#answer(held)) this.sayHere(held)
  }

  sayHere({ whole, cursor, connection }: Held): void {
    this.#post({ kind: 'here', ...this.#place, cursor: whole ? cursor : undefined, connection })
  }

  /** Not in the middle of a listing or a frame, and not to those who are ahead until it is there. */
  #answer(held: Held): boolean {
    const isEarly = ({ cursor }: Seat) => !held.whole || isAhead(cursor, held.cursor)
    const due = this.#asks.filter((seat) => !isEarly(seat))
    this.#asks = this.#asks.filter(isEarly)
    const isHere = ({ cursor, whole }: Seat) => whole && cursor === held.cursor
    if (!due.every(isHere)) this.#post({ kind: 'state', ...this.#place, ...held })
    else if (due.length > 0) this.sayHere(held)
    return due.length > 0
  }
}
