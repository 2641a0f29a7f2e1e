import { type BoardView, listedIn } from './board-view.ts'
import { idOf, type PostingKey, uuidOf } from './posting.ts'

const MAX_ROSTERS = 64

/**
 * Finds a posting by the id of its page. Keeps the boards' rosters, because a crawl asks for one posting
 * after the other.
 */
export class Rosters {
  readonly #drawn = new Map<string, ReadonlyMap<string, PostingKey>>()

  find(view: BoardView, id: string): PostingKey | undefined {
    const key = `${view.board}/${view.visit}`
    const roster = this.#drawn.get(key) ?? this.#draw(key, view)
    return roster.get(id)
  }

  #draw(key: string, view: BoardView): ReadonlyMap<string, PostingKey> {
    const roster = new Map<string, PostingKey>()
    for (const posting of listedIn(view)) {
      roster.set(String(idOf(posting.board, posting.number)), posting)
      roster.set(uuidOf(posting), posting)
    }
    this.#drawn.set(key, roster)
    const [oldest] = this.#drawn.keys()
    if (this.#drawn.size > MAX_ROSTERS && oldest !== undefined) this.#drawn.delete(oldest)
    return roster
  }
}
