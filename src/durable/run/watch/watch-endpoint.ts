import { formatCursor } from '../../../protocol/cursor.ts'
import type { Settings } from '../../../settings.ts'
import type { Run } from '../run-state.ts'
import { isEnded } from '../run-state.ts'
import { answerPoll, pollAnswer } from './poll-sink.ts'
import type { Wanted } from './position.ts'
import { placeOf, placeOn, standAt } from './position.ts'
import type { Refusal } from './sink.ts'
import type { Sockets } from './sockets.ts'
import { openSseStream, sseHeaders } from './sse-sink.ts'
import type { Arrival, Watchers } from './watchers.ts'

type Parts = {
  readonly run: () => Run | undefined
  /** Whether this owner's run was here, and is archived: 410 then, and it is watched elsewhere. */
  readonly archivedFor: (owner: string) => boolean
  readonly watchers: Watchers
  readonly sockets: Sockets
  readonly settings: Pick<Settings, 'buffer_bytes' | 'retry_ms' | 'poll_wait_max_ms'>
  /** Whether the watch token of this id was revoked (W-12). */
  readonly revoked: (token_id: string) => boolean
}

/** What a request asks for. `cursor`: where it stands, null where that is of no use here (W-4). */
type Visit = {
  readonly run: Run
  readonly request: Request
  readonly query: URLSearchParams
  readonly wanted: Wanted
  readonly cursor: string | null
  readonly right: Pick<Arrival, 'token_id' | 'until'>
}

/**
 * Where watchers come in, by the transport that they ask for: `/stream`, `/socket` or `/events`. Its
 * headers are set by the Worker alone, which has checked the token.
 */
export class Door {
  private readonly parts: Parts

  constructor(parts: Parts) {
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
    const visit = readVisit(run, request)
    switch (pathname) {
      case '/stream':
        return this.stream(visit)
      case '/socket':
        return this.socket(visit)
      case '/events':
        return this.events(visit)
      default:
        return empty(404)
    }
  }

  private stream({ run, request, wanted, cursor, right }: Visit): Response {
    if (isOver(run, cursor)) return empty(204)
    const standing = standAt(placeOf(run, cursor), wanted)
    const { watchers, settings } = this.parts
    const connection = { standing, signal: request.signal, ...right }
    return new Response(openSseStream(watchers, connection, settings), { headers: sseHeaders })
  }

  private socket({ run, request, wanted, cursor, right }: Visit): Response {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') return empty(426)
    const { sockets } = this.parts
    return isOver(run, cursor) ? sockets.refuse() : sockets.open(run, { wanted, cursor, ...right })
  }

  private async events({ run, request, query, wanted, cursor, right }: Visit): Promise<Response> {
    if (isOver(run, cursor)) return answer(pollAnswer(cursor, [], true))
    const { watchers, settings } = this.parts
    const outcome = await answerPoll(watchers, {
      standing: standAt(placeOn(run, cursor), wanted),
      cursor,
      wait_ms: Math.min(Number(query.get('wait') ?? 0) * 1_000, settings.poll_wait_max_ms),
      signal: request.signal,
      ...right,
    })
    if (outcome.kind === 'answer') return answer(outcome)
    return outcome.why === undefined ? empty(503) : refusal(outcome.why)
  }
}

export function ownerOf(request: Request): string {
  return decodeURIComponent(request.headers.get('x-runcast-owner') ?? '')
}

function readVisit(run: Run, request: Request): Visit {
  const query = new URL(request.url).searchParams
  const { headers } = request
  const last_event_id = headers.get('last-event-id')
  return {
    run,
    request,
    query,
    wanted: {
      lean: query.get('lean') === '1',
      detail: query.get('detail') === '1',
      log: query.get('log') === '1',
    },
    cursor: placeOf(run, last_event_id).kind === 'new' ? null : last_event_id,
    right: rightOf(request),
  }
}

/** By what its watcher may watch; a Worker of an earlier version does not say until when. */
function rightOf({ headers }: Request): Visit['right'] {
  const token_id = headers.get('x-runcast-token')
  const until = headers.get('x-runcast-until')
  return {
    ...(token_id === null ? {} : { token_id }),
    ...(until === null ? {} : { until: Number(until) }),
  }
}

/** Its watcher has seen the run's end. */
function isOver(run: Run, cursor: string | null): cursor is string {
  return isEnded(run) && cursor === formatCursor(run)
}

function answer({ cursor, body }: { cursor: string; body: string }): Response {
  const headers = { 'content-type': 'application/json', etag: `"${cursor}"` }
  return new Response(body, { headers })
}

function refusal(why: Refusal): Response {
  return new Response(null, { status: 401, headers: { 'x-runcast-refused': why } })
}

function empty(status: number): Response {
  return new Response(null, { status })
}
