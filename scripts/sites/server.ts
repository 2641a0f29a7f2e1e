import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

import type { z } from 'zod'

import { answerBytes, answerFaulty, answerHtml, answerJson, answerUnknown } from './answer.ts'
import { boardNumber, sampleCompany } from './company.ts'
import { Control } from './control.ts'
import { isListingFault } from './fault.ts'
import { escapeHtml, page } from './html.ts'
import { Listings } from './listing.ts'
import { contentOf, idOf, makePosting } from './posting.ts'
import { rosterAt } from './roster.ts'
import { SiteSettings } from './settings.ts'

export type Sites = { readonly origin: string; close(): Promise<void> }

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

/**
 * Sample career sites on 127.0.0.1, in the shape of Greenhouse's job board API
 * (https://developers.greenhouse.io/job-board.html): boards company-1 to company-N. The same
 * settings on the same port give the same bytes; only what `POST /control` says changes them.
 */
export async function startSites(settings: z.input<typeof SiteSettings>): Promise<Sites> {
  const read = SiteSettings.parse(settings)
  const server = createServer()
  server.listen(read.port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : read.port
  const site = new Site(read, `http://127.0.0.1:${port}`)
  server.on('request', (request, response) => site.answer({ request, response }))
  return {
    origin: site.origin,
    close: async () => {
      site.close()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

class Site {
  readonly origin: string
  readonly #settings: SiteSettings
  readonly #control: Control
  readonly #listings: Listings
  readonly #closing = new AbortController()

  constructor(settings: SiteSettings, origin: string) {
    this.origin = origin
    this.#settings = settings
    this.#control = new Control(settings)
    this.#listings = new Listings(settings, origin)
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
    this.#control.count(url.pathname)
    const listing = /^\/v1\/boards\/([^/]+)\/jobs$/.exec(url.pathname)?.[1]
    if (listing !== undefined) return this.#list(response, listing, url)
    const posting = /^\/([^/]+)\/jobs\/(\d+)$/.exec(url.pathname)
    if (posting?.[1] !== undefined) {
      return this.#posting(response, posting[1], Number(posting[2]))
    }
    if (url.pathname === '/companies.json') return this.#companies(response)
    if (url.pathname === '/') return this.#index(response)
    return answerUnknown(response)
  }

  async #steer({ request, response }: Exchange, path: string): Promise<void> {
    if (path === '/control/requests') return answerJson(response, 200, this.#control.requests())
    if (request.method !== 'POST') return answerUnknown(response)
    const wrong = this.#control.change(await json(request))
    return answerJson(response, wrong === undefined ? 200 : 400, { error: wrong ?? null })
  }

  async #list(response: ServerResponse, name: string, url: URL): Promise<void> {
    const number = boardNumber(name) ?? 0
    const board = this.#control.board(number)
    if (!board) return answerUnknown(response)
    const fault = this.#control.takeFault(number)
    if (board.latency_ms > 0) {
      await delay(board.latency_ms, undefined, { signal: this.#closing.signal })
    }
    const listing = this.#listings.get({
      board: number,
      visit: board.visit,
      content: url.searchParams.get('content') === 'true',
      fault: isListingFault(fault) ? fault : undefined,
    })
    if (fault === undefined || isListingFault(fault)) return answerBytes(response, 200, listing)
    return answerFaulty(response, fault, listing)
  }

  #posting(response: ServerResponse, name: string, id: number): void {
    const { seed, content } = this.#settings
    const board = boardNumber(name) ?? 0
    const visit = this.#control.board(board)?.visit
    const roster = visit === undefined ? [] : rosterAt(this.#settings, board, visit)
    const listed = roster.find(({ number }) => idOf(board, number) === id)
    if (!listed) return answerUnknown(response)
    const key = { seed, board, ...listed }
    const { title } = makePosting(key, { company: name, page: '' })
    return answerHtml(response, page(title, contentOf(key, content)))
  }

  #companies(response: ServerResponse): void {
    response.setHeader('access-control-allow-origin', '*')
    answerJson(response, 200, this.#samples())
  }

  #index(response: ServerResponse): void {
    const items = this.#samples().map(({ name, source }) => {
      const listing = `/v1/boards/${source.board}/jobs?content=true`
      return `<li><a href="${listing}">${escapeHtml(name)}</a></li>`
    })
    answerHtml(
      response,
      page('Sample career sites', `<h1>Companies</h1><ul>${items.join('')}</ul>`),
    )
  }

  #samples() {
    return Array.from({ length: this.#settings.companies }, (_, index) =>
      sampleCompany(this.#settings.seed, index + 1, this.origin),
    )
  }
}
