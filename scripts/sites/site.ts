import type { IncomingMessage, ServerResponse } from 'node:http'
import { json, text as textOf } from 'node:stream/consumers'

import { answerBody, answerFaulty, answerHtml, answerJson, answerUnknown } from './answer.ts'
import type { BoardView } from './board-view.ts'
import { boardNumber } from './company.ts'
import { answerConditional } from './conditional.ts'
import { Control } from './control.ts'
import { isListingFault, isOfListing, type ListingFault } from './fault.ts'
import { homePage } from './home.ts'
import { page } from './html.ts'
import type { ListingRoute } from './listing-route.ts'
import { Listings } from './listings.ts'
import { findPage, Pages } from './pages.ts'
import { findListing } from './platforms.ts'
import { RequestLog } from './request-log.ts'
import { listingPath, sampleCompany } from './sample-company.ts'
import type { SiteSettings } from './settings.ts'

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

/** Answers all paths: listings and pages of every kind, and the control of the boards. */
export class Site {
  readonly origin: string
  readonly #settings: SiteSettings
  readonly #control: Control
  readonly #log = new RequestLog()
  readonly #listings = new Listings()
  readonly #closing = new AbortController()
  readonly #pages: Pages

  constructor(settings: SiteSettings, origin: string) {
    this.origin = origin
    this.#settings = settings
    this.#control = new Control(settings)
    this.#pages = new Pages(this.#control, this.#closing.signal)
  }

  close(): void {
    this.#closing.abort()
  }

  answer(exchange: Exchange): void {
    this.#route(exchange).catch((error: unknown) => {
      if (this.#closing.signal.aborted) return
      answerJson(exchange.response, 500, { error: String(error) })
    })
  }

  async #route(exchange: Exchange): Promise<void> {
    const { request, response } = exchange
    const url = new URL(request.url ?? '/', this.origin)
    if (url.pathname.startsWith('/control')) return this.#steer(exchange, url.pathname)
    this.#log.note(url, request, response)
    const listing = findListing(url.pathname)
    if (listing) return this.#list(exchange, listing, url)
    const found = findPage(url.pathname)
    if (found) {
      const view = this.#view(boardNumber(found.board) ?? 0)
      return view ? this.#pages.answer(exchange, { ...found, view, url }) : answerUnknown(response)
    }
    return this.#answerPlain(response, url.pathname)
  }

  #answerPlain(response: ServerResponse, path: string): void {
    switch (path) {
      case '/companies.json':
        response.setHeader('access-control-allow-origin', '*')
        return answerJson(response, 200, this.#samples())
      case '/robots.txt': {
        const { status, text } = this.#control.robots()
        const type = 'text/plain; charset=utf-8'
        return answerBody(response, status, { type, bytes: Buffer.from(text) })
      }
      case '/':
        return answerHtml(response, homePage(this.#links()))
      default:
        if (/^\/(?:private\/|sites\/[^/]+\/about$)/.test(path)) {
          return answerHtml(response, page('About', '<h1>No job is to be found here</h1>'))
        }
        return answerUnknown(response)
    }
  }

  async #steer({ request, response }: Exchange, path: string): Promise<void> {
    if (path === '/control/requests') return answerJson(response, 200, this.#log.counts())
    if (path === '/control/log') return answerJson(response, 200, this.#log.entries())
    if (request.method !== 'POST') return answerUnknown(response)
    const wrong = this.#control.change(await json(request))
    return answerJson(response, wrong === undefined ? 200 : 400, { error: wrong ?? null })
  }

  async #list(
    { request, response }: Exchange,
    { route, name }: { route: ListingRoute; name: string },
    url: URL,
  ): Promise<void> {
    const sent = request.method === 'POST' ? await textOf(request) : ''
    const number = boardNumber(name) ?? 0
    const board = this.#control.board(number)
    if (!board) return answerUnknown(response)
    const fault = this.#control.takeFault(number, url.pathname, isOfListing)
    await this.#control.wait(number, this.#closing.signal)
    const view = this.#view(number, isListingFault(fault) ? fault : undefined)
    if (!view) return answerUnknown(response)
    const body = this.#listings.get(route, { view, url, sent })
    if (!body) return answerUnknown(response)
    if (fault === undefined || isListingFault(fault)) {
      return answerConditional({ request, response }, body, null)
    }
    const { retry_after } = board
    if (retry_after !== null) response.setHeader('retry-after', retry_after)
    return answerFaulty(response, fault, body)
  }

  #view(board: number, fault?: ListingFault): BoardView | undefined {
    const visit = this.#control.board(board)?.visit
    if (visit === undefined) return undefined
    return { settings: this.#settings, origin: this.origin, board, visit, fault }
  }

  #samples() {
    return this.#boards().map((board) => sampleCompany(this.#settings, board, this.origin))
  }

  #links() {
    return this.#boards().map((board) => ({
      name: sampleCompany(this.#settings, board, this.origin).name,
      listing: listingPath(this.#settings, board),
    }))
  }

  #boards(): number[] {
    return Array.from({ length: this.#settings.companies }, (_, index) => index + 1)
  }
}
