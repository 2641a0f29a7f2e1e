import { formatCursor } from '../../protocol/cursor.ts'
import type { Settings } from '../../settings.ts'
import { answerPoll, pollAnswer } from './poll-sink.ts'
import type { SubscriptionOptions } from './position.ts'
import { continuedPosition, hasEnded, positionOf, subscriptionAt } from './position.ts'
import type { WatchSubject } from './shown.ts'
import type { Refusal } from './sink.ts'
import type { Sockets } from './sockets.ts'
import { openSseStream, sseHeaders } from './sse-sink.ts'
import type { Arrival, WatcherRegistry } from './watchers.ts'

type WatchEndpointParts = {
  readonly run: () => WatchSubject | undefined
  /** Whether this owner's run is archived: then the answer is 410, and the Worker serves the run from Postgres. */
  readonly archivedFor: (owner: string) => boolean
  readonly watchers: WatcherRegistry
  readonly sockets: Sockets
  readonly settings: Pick<Settings, 'buffer_bytes' | 'retry_ms' | 'poll_wait_max_ms'>
  /** Whether the watch token of this id was revoked (W-12). */
  readonly revoked: (token_id: string) => boolean
}

/** A request to watch. `cursor`: the client's cursor; null if the client has none, or one that does not fit this run (W-4). */
type WatchRequest = {
  readonly run: WatchSubject
  readonly request: Request
  readonly query: URLSearchParams
  readonly options: SubscriptionOptions
  readonly cursor: string | null
  readonly right: Pick<Arrival, 'token_id' | 'until'>
}

/**
 * Answers those who want to watch a run, over the transport of the path: `/stream`, `/socket` or `/events`.
 * Only the Worker calls this endpoint: it has checked the token, and sets the headers.
 */
export class WatchEndpoint {
  private readonly parts: WatchEndpointParts

  constructor(parts: WatchEndpointParts) {
    this.parts = parts
  }

  async fetch(request: Request): Promise<Response> {
    const run = this.parts.run()
    const owner = ownerOf(request)
    const archived = this.parts.archivedFor(owner)
    if (!archived && run?.owner !== owner) return empty(404)
    const { token_id, until = Infinity } = rightOf(request)
    if (token_id !== undefined && this.parts.revoked(token_id)) return refusal('revoked')
    if (until <= Date.now()) return refusal('expired')
    if (run === undefined) return empty(410)
    const { pathname } = new URL(request.url)
    const asked = readRequest(run, request)
    switch (pathname) {
      case '/stream':
        return this.stream(asked)
      case '/socket':
        return this.socket(asked)
      case '/events':
        return this.events(asked)
      default:
        return empty(404)
    }
  }

  private stream({ run, request, options, cursor, right }: WatchRequest): Response {
    if (hasSeenEnd(run, cursor)) return empty(204)
    const subscription = subscriptionAt(positionOf(run, cursor), options)
    const { watchers, settings } = this.parts
    const connection = { subscription, signal: request.signal, ...right }
    return new Response(openSseStream(watchers, connection, settings), { headers: sseHeaders })
  }

  private socket({ run, request, options, cursor, right }: WatchRequest): Response {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return empty(426)
    const { sockets } = this.parts
    return hasSeenEnd(run, cursor)
      ? sockets.refuse()
      : sockets.open(run, { wanted: options, cursor, ...right })
  }

  private async events({
    run,
    request,
    query,
    options,
    cursor,
    right,
  }: WatchRequest): Promise<Response> {
    if (hasSeenEnd(run, cursor)) return answer(pollAnswer(cursor, [], true))
    const { watchers, settings } = this.parts
    const outcome = await answerPoll(watchers, {
      subscription: subscriptionAt(continuedPosition(run, cursor), options),
      cursor,
      wait_ms: Math.min(Number(query.get('wait') ?? 0) * 1_000, settings.poll_wait_max_ms),
      signal: request.signal,
      ...right,
    })
    if (outcome.kind === 'answer') return answer(outcome, outcome.ask_again_ms)
    return outcome.why === undefined ? empty(503) : refusal(outcome.why)
  }
}

export function ownerOf(request: Request): string {
  return decodeURIComponent(request.headers.get('x-runcast-owner') ?? '')
}

function readRequest(run: WatchSubject, request: Request): WatchRequest {
  const query = new URL(request.url).searchParams
  const { headers } = request
  const last_event_id = headers.get('last-event-id')
  return {
    run,
    request,
    query,
    options: {
      lean: query.get('lean') === '1',
      detail: query.get('detail') === '1',
      log: query.get('log') === '1',
    },
    cursor: positionOf(run, last_event_id).kind === 'new' ? null : last_event_id,
    right: rightOf(request),
  }
}

/** The token that the watcher came with. A Worker of an earlier version does not say until when the token is valid. */
function rightOf({ headers }: Request): WatchRequest['right'] {
  const token_id = headers.get('x-runcast-token')
  const until = headers.get('x-runcast-until')
  return {
    ...(token_id === null ? {} : { token_id }),
    ...(until === null ? {} : { until: Number(until) }),
  }
}

/** Whether the client has seen the run's end. */
export function hasSeenEnd(run: WatchSubject, cursor: string | null): cursor is string {
  return hasEnded(run) && cursor === formatCursor(run)
}

/** `ask_again_ms`: when the client shall poll again, if there is no place for a watcher (W-13). */
function answer(
  { cursor, body }: { cursor: string; body: string },
  ask_again_ms: number | null = null,
): Response {
  const headers = new Headers({ 'content-type': 'application/json', etag: `"${cursor}"` })
  if (ask_again_ms !== null) headers.set('retry-after', `${Math.ceil(ask_again_ms / 1_000)}`)
  return new Response(body, { headers })
}

function refusal(why: Refusal): Response {
  // The API asks the object what became of the run.
  if (why === 'deleted') return empty(404)
  return new Response(null, { status: 401, headers: { 'x-runcast-refused': why } })
}

function empty(status: number): Response {
  return new Response(null, { status })
}
