import type { ServerResponse } from 'node:http'

import type { AnswerFault } from './fault.ts'
import { page } from './html.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answerBytes(response, status, Buffer.from(JSON.stringify(value)))
}

export function answerBytes(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': body.length })
  response.end(body)
}

export function answerHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(html)
}

/** As Greenhouse answers for a board that it does not know. */
export function answerUnknown(response: ServerResponse): void {
  answerJson(response, 404, { status: 404, error: 'Job not found' })
}

/** The listing as the fault lets it out. */
export function answerFaulty(response: ServerResponse, fault: AnswerFault, listing: Buffer): void {
  switch (fault) {
    case '404':
      return answerUnknown(response)
    case 'html':
      return answerHtml(response, page('Careers', '<h1>We moved</h1>'))
    case 'truncated':
      return answerBytes(response, 200, listing.subarray(0, Math.ceil(listing.length / 2)))
    case 'cut':
      response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': listing.length })
      response.write(listing.subarray(0, Math.ceil(listing.length / 2)), () => response.destroy())
      return undefined
    case 'reset':
      response.destroy()
      return undefined
    case 'hang':
      return undefined
    case 'huge':
      return answerBytes(response, 200, Buffer.alloc(40 * 1024 * 1024, ' '))
    default:
      return answerJson(response, Number(fault), { status: Number(fault), error: 'Told to fail' })
  }
}
