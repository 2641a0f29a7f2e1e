import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Body } from './body.ts'

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse }

/**
 * Answers with the body, its tag and its time if that is known, or with 304 if the client has this body already
 * (RFC 9110, section 13).
 */
export function answerConditional(
  { request, response }: Exchange,
  body: Body,
  changed: number | null,
): void {
  const etag = `"${createHash('sha256').update(body.bytes).digest('hex').slice(0, 16)}"`
  const time = changed === null ? {} : { 'last-modified': new Date(changed).toUTCString() }
  const headers = { etag, ...time }
  if (isHeld(request, etag, changed)) return void response.writeHead(304, headers).end()
  response.writeHead(200, { ...headers, 'content-type': body.type })
  response.end(body.bytes)
}

/** Returns whether the client has this body. If the client sends both a tag and a time, only the tag counts. */
function isHeld({ headers }: IncomingMessage, etag: string, changed: number | null): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) return tags.replaceAll('W/', '').includes(etag)
  return changed !== null && Date.parse(headers['if-modified-since'] ?? '') >= changed
}
