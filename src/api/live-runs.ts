import { type Context, Hono } from 'hono'

import { type Guards, routesOf } from './contract/add-route.ts'
import { type Contract, other } from './contract/contract.ts'
import { WatchHeaders, WatchQuery } from './contract/parameters.ts'
import { requireCaller } from './origins.ts'
import type { ApiPorts } from './ports.ts'
import type { RequestContext } from './request-context.ts'
import { watchList } from './watch-run.ts'
import {
  pollCall,
  polled,
  pollReply,
  socketCall,
  STREAM_ANSWERS,
  STREAM_HEADERS,
  streamCall,
  streamError,
} from './watching.ts'

const followed = {
  tag: 'Watching',
  access: 'subscriber',
  headers: WatchHeaders,
  query: WatchQuery,
} as const

const streamed = {
  ...followed,
  route: 'GET /api/runs/live',
  summary: 'Follows all runs of the caller over one event stream.',
  description:
    'The events are those of a run (OWN-4): its jobs are the runs, in the group `runs`. The stream has no end.',
  answers: { 200: STREAM_ANSWERS[200] },
} as const satisfies Contract

/** The client library finds the routes of the list as those of a run. */
const streamedToo = { ...streamed, route: 'GET /api/runs/live/stream' } as const satisfies Contract

const socket = {
  ...followed,
  route: 'GET /api/runs/live/socket',
  summary: 'Follows all runs of the caller over a WebSocket.',
  answers: { 101: other('The socket is open.') },
  problems: ['upgrade-required', 'foreign-origin'],
} as const satisfies Contract

const { headers, query, answers } = polled

const asked = {
  ...followed,
  route: 'GET /api/runs/live/events',
  summary: 'Follows all runs of the caller by polls: returns the events since a cursor.',
  description: '`wait` is in seconds, up to 30. `done` is always false.',
  headers,
  query,
  answers,
} as const satisfies Contract

/** Adds the routes that follow an owner's list of runs. They come before those of one run, whose paths are alike. */
export function liveRunRoutes(app: Hono<RequestContext>, ports: ApiPorts, guards: Guards): void {
  const add = routesOf(app, guards)
  app.route('/', streamRoutes(ports, guards))
  app.get('/api/runs/live/socket', requireCaller(ports))
  add(socket, async (request, c) => {
    // The headers of the object's answer cannot be changed. Its copy has the same socket.
    return new Response(null, await watchList(ports, request, socketCall(c)))
  })
  add(asked, async (request, c) => {
    const answer = await watchList(ports, request, pollCall(request.query.wait, c))
    return pollReply(answer, request.headers)
  })
}

/** The event streams answer errors in their own way. */
function streamRoutes(ports: ApiPorts, guards: Guards): Hono<RequestContext> {
  const app = new Hono<RequestContext>()
  const add = routesOf(app, guards)
  const stream = async (
    request: Parameters<typeof watchList>[1],
    c: Context<RequestContext>,
  ): Promise<Response> => {
    const answer = await watchList(ports, request, streamCall(c))
    return new Response(answer.body, { headers: STREAM_HEADERS })
  }
  add(streamed, stream)
  add(streamedToo, stream)
  app.onError((error, c) => streamError(ports, c, error))
  return app
}
