import { describe, expect, it } from 'vitest'

import type { ConnectionEnd, ConnectionItem } from '../../src/client/connection.ts'
import { connectStream } from '../../src/client/transports/event-stream.ts'

/** Connects to a server that gives this answer. Returns the connection's first item, and leaves. */
async function firstItem(response: Response): Promise<ConnectionItem> {
  const connect = connectStream(
    () => 'https://api.test/stream',
    () => Promise.resolve(response),
  )
  const { signal } = new AbortController()
  const connection = { cursor: undefined, token: 'token', signal, onActivity() {}, onRetry() {} }
  for await (const item of connect(connection)) return item
  throw new Error('It was closed without an item.')
}

function answer(status: number, type = 'text/event-stream', headers = {}): Response {
  const body = [204, 205, 304].includes(status) ? null : 'data:1\n\n'
  return new Response(body, { status, headers: { 'content-type': type, ...headers } })
}

async function refusalOf(
  response: Response,
): Promise<ConnectionEnd & { readonly kind: 'refused' }> {
  const item = await firstItem(response)
  if ('kind' in item && item.kind === 'refused') return item
  throw new Error('It was not refused.')
}

describe('the answer to a request for an event stream', () => {
  it.each([
    'text/event-stream',
    'text/event-stream;',
    'text/event-stream; charset=utf-8',
    'text/event-stream;charset=windows-1252',
    'text/event-stream ;x=y',
    'text/event-stream; nothing of note',
    'TEXT/Event-Stream',
  ])('is read as %s', async (type) => {
    expect(await firstItem(answer(200, type))).toEqual({ event: 'message', data: 1 })
  })

  it.each([
    '',
    'text/plain',
    'text/html; charset=utf-8',
    'text/event-streams',
    'text/event-stream+json',
    'text/x-event-stream',
    'application/event-stream',
    'text / event-stream',
    'text/event stream',
    'text',
    'x; text/event-stream',
    'text/event-stream, text/html',
  ])('is refused as %j, and another transport may follow', async (type) => {
    const { error } = await refusalOf(answer(200, type))
    expect([error.status, error.isFinal]).toEqual([200, false])
  })

  it('W-4: of 204 is the end of the run', async () => {
    expect(await firstItem(answer(204))).toEqual({ kind: 'terminal' })
  })

  it.each([201, 202, 205, 206, 210, 299, 304])('of %i is no stream', async (status) => {
    expect(await refusalOf(answer(status))).toMatchObject({ error: { status, isFinal: false } })
  })

  it.each([400, 401, 403, 404, 409, 410])('of %i is a final refusal', async (status) => {
    expect(await refusalOf(answer(status))).toMatchObject({ error: { status, isFinal: true } })
  })

  it.each([408, 429, 500, 502, 503, 504])('of %i may be tried again', async (status) => {
    expect(await refusalOf(answer(status))).toMatchObject({ error: { status, isFinal: false } })
  })

  it('has the problem and the time to come back', async () => {
    const problem = {
      type: '/problems/unavailable',
      title: 'A part that is needed cannot be reached',
      status: 503,
      detail: 'The key server is away.',
      request_id: 'r-1',
    }
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' }
    const refused = await refusalOf(new Response(JSON.stringify(problem), { status: 503, headers }))
    expect(refused).toMatchObject({
      error: { problem, message: problem.detail, name: 'ApiError' },
      retry_ms: 7_000,
    })
  })

  it.each([
    [404, 'text/event-stream'],
    [500, 'text/html'],
  ])('of %i as %s is read to its end', async (status, type) => {
    const response = answer(status, type)
    await refusalOf(response)
    expect(response.bodyUsed).toBe(true)
  })

  it('is cancelled unread if it is no event stream and has no end', async () => {
    const cancelled = Promise.withResolvers<void>()
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('<p>')),
      cancel: () => cancelled.resolve(),
    })
    await refusalOf(new Response(body, { headers: { 'content-type': 'text/html' } }))
    expect(await cancelled.promise).toBeUndefined()
  })
})
