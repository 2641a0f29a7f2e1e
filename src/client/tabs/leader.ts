import { asError } from '../as-error.ts'
import type { Connection, FeedItem } from '../feed.ts'
import { isAhead } from './follow.ts'
import type { Held } from './held.ts'
import type { Said, Seat } from './tab-talk.ts'

/** What a leader has to give at the moment. */
export type Having = { readonly held: Held; readonly connection: Connection }

/** The tab that holds a run's lock, as the others hear it. */
export class Leader {
  readonly #term = crypto.randomUUID()
  readonly #post: (said: Said) => void
  #n = 0
  /** Where those are who want to follow and were not answered. */
  #asks: readonly Seat[] = []

  constructor(post: (said: Said) => void) {
    this.#post = post
  }

  /** That it cannot go on is not passed on: whoever follows finds out with its own token. */
  passOn(item: FeedItem, having: Having): void {
    if (item.kind === 'connection' && item.connection.status === 'failed') return
    this.#n += 1
    const said =
      item.kind === 'event' ? item : { ...item, connection: withPlainError(item.connection) }
    this.#post({ kind: 'item', ...this.#place, item: said })
    this.#answer(having)
  }

  asked({ cursor, whole }: Seat, having: Having): void {
    this.#asks = [...this.#asks, { cursor, whole }]
    if (!this.#answer(having)) this.sayHere(having)
  }

  sayHere({ held, connection }: Having): void {
    const cursor = held.whole ? held.cursor : undefined
    this.#post({ kind: 'here', ...this.#place, cursor, connection: withPlainError(connection) })
  }

  /** Not in the middle of a listing or a frame, and not to those who are ahead until it is there. */
  #answer(having: Having): boolean {
    const { held, connection } = having
    const due = this.#asks.filter(({ cursor }) => held.whole && !isAhead(cursor, held.cursor))
    if (due.length === 0) return false
    this.#asks = this.#asks.filter(({ cursor }) => isAhead(cursor, held.cursor))
    if (due.every(({ cursor, whole }) => whole && cursor === held.cursor)) this.sayHere(having)
    else this.#post({ kind: 'state', ...this.#place, held, connection: withPlainError(connection) })
    return true
  }

  get #place() {
    return { term: this.#term, n: this.#n }
  }
}

/** Of an error the message alone goes from one tab to another, whatever else it may hold. */
function withPlainError(connection: Connection): Connection {
  if (!('error' in connection) || connection.error === undefined) return connection
  return { ...connection, error: new Error(asError(connection.error).message) }
}
