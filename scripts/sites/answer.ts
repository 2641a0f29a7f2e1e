import type { ServerResponse } from 'node:http'

import { type Body, htmlBody, jsonBody } from './body.ts'
import type { AnswerFault } from './fault.ts'
import { page } from './html.ts'

export function answerBody(response: ServerResponse, status: number, body: Body): void {
  response.writeHead(status, { 'content-type': body.type, 'content-length': body.bytes.length })
  response.end(body.bytes)
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answerBody(response, status, jsonBody(value))
}

export function answerHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(html)
}

/** Answers like Greenhouse for a board that does not exist. */
export function answerUnknown(response: ServerResponse): void {
  answerJson(response, 404, { status: 404, error: 'Job not found' })
}

/** Answers with the listing, changed or cut as the fault says. */
export function answerFaulty(response: ServerResponse, fault: AnswerFault, listing: Body): void {
  const { type, bytes } = listing
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
  switch (fault) {
    case '404':
      return answerUnknown(response)
    case 'html':
      return answerHtml(response, page('Careers', '<h1>We moved</h1>'))
    case 'html-200':
      return answerHtml(response, page('Error', ERROR_PAGE))
    case 'bot-wall':
      return answerHtml(response, page('Just a moment…', BOT_WALL))
    case 'redirect-home':
      return answerRedirect(response, '/')
    case 'not-modified':
      response.writeHead(304).end()
      return undefined
    case 'truncated':
      return answerBody(response, 200, { type, bytes: half })
    case 'cut':
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length })
      response.write(half, () => response.destroy())
      return undefined
    case 'reset':
      response.destroy()
      return undefined
    case 'hang':
      return undefined
    case 'huge':
      return answerBody(response, 200, { type, bytes: Buffer.alloc(40 * 1024 * 1024, ' ') })
    default:
      return answerJson(response, Number(fault), { status: Number(fault), error: 'Told to fail' })
  }
}

export function answerRedirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end()
}

export function answerMissing(response: ServerResponse): void {
  answerBody(response, 404, htmlBody(page('Not found', '<h1>There is no such page</h1>')))
}

const ERROR_PAGE =
  '<h1>Something went wrong</h1><p>Our team has been notified. Please try again later.</p>'
const BOT_WALL =
  '<h1>Checking your browser</h1><p>This takes a few seconds. Enable JavaScript to go on.</p>'
