import type { IncomingMessage, ServerResponse } from 'node:http'

import { answerHtml, answerMissing, answerUnknown } from './answer.ts'
import type { BoardView } from './board-view.ts'
import { htmlBody } from './body.ts'
import { answerConditional } from './conditional.ts'
import type { Control } from './control.ts'
import { isOfPage } from './fault.ts'
import { answerBrokenPage } from './page-faults.ts'
import { plainPage, sitePage, unmarkedPage } from './posting-page.ts'
import { changedAt, type PostingKey } from './posting.ts'
import { Rosters } from './rosters.ts'

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

/**
 * A posting's page, found by its path. `own` is true if it is on the company's own site, not on the
 * board's.
 */
type Found = { readonly own: boolean; readonly board: string; readonly id: string }

export function findPage(path: string): Found | undefined {
  const match =
    /^(?<own>\/sites)?\/(?<board>[^/]+)\/jobs\/(?<id>[^/]+)(?:\/(?:apply|application))?$/.exec(path)
  const { own, board, id } = match?.groups ?? {}
  return board === undefined || id === undefined ? undefined : { own: own !== undefined, board, id }
}

type Asked = Found & { readonly view: BoardView; readonly url: URL }

/** The pages of all boards' postings. */
export class Pages {
  readonly #control: Control
  readonly #closing: AbortSignal
  readonly #rosters = new Rosters()

  constructor(control: Control, closing: AbortSignal) {
    this.#control = control
    this.#closing = closing
  }

  async answer(exchange: Exchange, { own, id, view, url }: Asked): Promise<void> {
    const { response } = exchange
    const key = this.#rosters.find(view, id)
    if (!key) return own ? answerMissing(response) : answerUnknown(response)
    const fault = this.#control.takeFault(view.board, url.pathname, isOfPage)
    if (fault !== undefined && fault !== 'page-no-jsonld') {
      const retry_after = this.#control.board(view.board)?.retry_after ?? null
      if (retry_after !== null) response.setHeader('retry-after', retry_after)
      return answerBrokenPage(fault, { response, url, closing: this.#closing })
    }
    if (!own) return answerHtml(response, plainPage(view, key))
    return answerOwn(exchange, view, { key, marked: fault === undefined })
  }
}

function answerOwn(
  exchange: Exchange,
  view: BoardView,
  { key, marked }: { key: PostingKey; marked: boolean },
): void {
  const html = marked ? sitePage(view, key) : unmarkedPage(view, key)
  answerConditional(exchange, htmlBody(html), changedAt(key))
}
