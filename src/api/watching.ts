import { type Context, Hono } from 'hono'
import { z } from 'zod'

import { PollAnswer } from '../protocol/poll.ts'
import { encodeRetry } from '../protocol/sse.ts'
import { answerErrors, reportError } from './answers.ts'
import { type Guards, routesOf } from './contract/add-route.ts'
import { type Contract, empty, emptyReply, json, other } from './contract/contract.ts'
import {
  FreshHeaders,
  isFresh,
  RunPath,
  type Watching,
  WatchHeaders,
  WatchQuery,
  wholeNumber,
} from './contract/parameters.ts'
import { requireCaller } from './origins.ts'
import type { ApiPorts } from './ports.ts'
import { ProblemError } from './problem.ts'
import type { RequestContext } from './request-context.ts'
import { type WatchCall, watchRun } from './watch-run.ts'

const watched = {
  tag: 'Watching',
  access: 'watcher',
  params: RunPath,
  headers: WatchHeaders,
  query: WatchQuery,
} as const

export const STREAM_ANSWERS = {
  200: other('An event stream.', 'text/event-stream', 'event: status\ndata: ingesting\n\n'),
  204: empty('The client has seen the end of the run. An EventSource does not connect again.'),
} as const

const streamed = {
  ...watched,
  route: 'GET /api/runs/:run_id/stream',
  summary: 'Follows a run over an event stream.',
  description:
    'While the run cannot be reached, the answer is 200 with `retry:`, and the stream ends.',
  answers: STREAM_ANSWERS,
  problems: ['removed', 'damaged'],
} as const satisfies Contract

const streamedEarlier = {
  ...streamed,
  tag: 'Earlier system',
  route: 'GET /api/ingestion/progress/:run_id',
} as const satisfies Contract

const socket = {
  ...watched,
  route: 'GET /api/runs/:run_id/socket',
  summary: 'Follows a run over a WebSocket.',
  description:
    'Each message is one event as JSON. The client answers `{"ack": cursor}`; a text `ping` is answered `pong`.',
  answers: { 101: other('The socket is open.') },
  problems: ['upgrade-required', 'foreign-origin', 'removed', 'damaged'],
} as const satisfies Contract

const WAIT = 'a whole number of seconds from 0 to 30'

export const polled = {
  ...watched,
  route: 'GET /api/runs/:run_id/events',
  summary: 'Follows a run by polls: returns the events since a cursor.',
  description:
    '`wait` is in seconds, up to 30. `done` says that the round has ended. `Retry-After`: poll again then (W-13).',
  headers: WatchHeaders.extend(FreshHeaders.shape),
  query: WatchQuery.extend({
    wait: wholeNumber(z.int(WAIT).min(0, WAIT).max(30, WAIT), /^(?:0|[1-9][0-9]?)$/)
      .default(0)
      .meta({ description: 'How many seconds to wait for a new event.', examples: [0] }),
  }),
  answers: {
    200: json(PollAnswer, 'The events since the cursor.', 'ETag', 'Retry-After'),
    304: empty('There are no events since the `ETag` of `If-None-Match`.', 'ETag', 'Retry-After'),
  },
  problems: ['removed', 'damaged'],
} as const satisfies Contract

/** Adds the routes to watch a run. All carry the same events (W-5), and take the token from `?token=` too. */
export function watchRoutes(app: Hono<RequestContext>, ports: ApiPorts, guards: Guards): void {
  const add = routesOf(app, guards)
  app.route('/', streamRoutes(ports, guards))

  app.get('/api/runs/:run_id/socket', requireCaller(ports))
  add(socket, async (asked, c) => {
    // The headers of the object's answer cannot be changed. Its copy has the same socket.
    return new Response(null, await watchRun(ports, asked, socketCall(c)))
  })

  // The run's object does the waiting.
  add(polled, async (asked, c) => {
    const answer = await watchRun(ports, asked, pollCall(asked.query.wait, c))
    return pollReply(answer, asked.headers)
  })
}

/** The request for a socket. Throws a problem if it asks for none. */
export function socketCall(c: Context<RequestContext>): WatchCall {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw upgradeRequired()
  return { path: 'socket', grant: c.get('grant'), headers: { upgrade: 'websocket' } }
}

export function pollCall(wait: number, c: Context<RequestContext>): WatchCall {
  const { signal } = c.req.raw
  return { path: 'events', grant: c.get('grant'), query: { wait: String(wait) }, signal }
}

/** The request for a stream. Throws a problem for HEAD. */
export function streamCall(c: Context<RequestContext>): WatchCall {
  if (c.req.method === 'HEAD') throw onlyGet()
  return { path: 'stream', grant: c.get('grant'), signal: c.req.raw.signal }
}

/** The answer to a poll, from that of the object. */
export async function pollReply(answer: Response, fresh: z.infer<typeof FreshHeaders>) {
  const etag = answer.headers.get('etag') ?? ''
  const again = answer.headers.get('retry-after')
  const headers = {
    etag,
    'cache-control': 'private, no-cache',
    ...(again !== null && { 'retry-after': again }),
  }
  if (isFresh(fresh, etag)) {
    await answer.body?.cancel()
    return emptyReply(304, headers)
  }
  const type = { 'content-type': 'application/json' }
  return new Response(answer.body, { headers: { ...headers, ...type } })
}

/**
 * The event streams. They have an app of their own, because they answer errors in their own way
 * (`streamError`).
 */
function streamRoutes(ports: ApiPorts, guards: Guards): Hono<RequestContext> {
  const app = new Hono<RequestContext>()
  const add = routesOf(app, guards)
  const stream = async (asked: Watching, c: Context<RequestContext>) => {
    const answer = await watchRun(ports, asked, streamCall(c))
    if (answer.status === 204) return emptyReply(204)
    return new Response(answer.body, { headers: STREAM_HEADERS })
  }
  add(streamed, stream)
  add(streamedEarlier, stream)
  app.onError((error, c) => streamError(ports, c, error))
  return app
}

/** Keeps proxies from buffering, changing or storing a stream. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'content-encoding': 'identity',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** Answers a stream that could not be opened. If the failure may pass, the answer is 200 with `retry:`. */
export function streamError(ports: ApiPorts, c: Context<RequestContext>, error: Error): Response {
  if (error instanceof ProblemError && error.code !== 'unavailable')
    return answerErrors(ports.log)(error, c)
  // A client that went away while it was being connected is no failure.
  if (!c.req.raw.signal.aborted) reportError(ports.log, c, error)
  return comeBackLater(ports.retry_ms)
}

/**
 * An error status would stop an EventSource for good. This answer makes each client connect again, at a random
 * time, so that they do not come all at once.
 */
function comeBackLater(retry_ms: number): Response {
  return new Response(encodeRetry(retry_ms * (1 + 2 * Math.random())), { headers: STREAM_HEADERS })
}

/** The answer to HEAD would be a stream that nobody reads. */
export function onlyGet(): ProblemError {
  return new ProblemError('method-not-allowed', {
    detail: 'A stream can only be read by GET.',
    headers: { allow: 'GET' },
  })
}

function upgradeRequired(): ProblemError {
  return new ProblemError('upgrade-required', {
    detail:
      'This path takes only WebSockets. The paths that end in stream and events take plain requests.',
    headers: { upgrade: 'websocket', connection: 'upgrade' },
  })
}
