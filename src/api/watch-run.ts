import { formatCursor } from '../protocol/cursor.ts'
import type { RunName } from '../protocol/ids.ts'
import { callDatabase, callRun } from './calls.ts'
import type { Watching } from './contract/parameters.ts'
import type { ApiPorts, Watchable } from './ports.ts'
import { notFound, type ProblemError, unavailable } from './problem.ts'
import { requireIssued, throwMissing } from './read-run.ts'
import type { WatchGrant } from './request-context.ts'
import { invalidToken, tokenExpired } from './token-problems.ts'

/**
 * How a run is watched: the transport, the caller's right, and what else goes into the request to the run's
 * object.
 */
export type WatchCall = {
  readonly path: 'stream' | 'socket' | 'events'
  readonly grant: WatchGrant
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

type WatchedPart = Omit<Watching, 'params'>

/** Opens a run's stream, socket or poll for a caller. Throws what the run's object refuses as a problem. */
export async function watchRun(
  ports: ApiPorts,
  asked: Watching,
  call: WatchCall,
): Promise<Response> {
  const { run_id } = asked.params
  await requireIssued(ports, { run_id, owner: call.grant.owner })
  return openWatch(ports, { run_id, owner: call.grant.owner }, () => requestOf(asked, call))
}

/** Opens a stream, a socket or a poll of the caller's list of runs, as of a run. */
export async function watchList(
  ports: Pick<ApiPorts, 'owner'>,
  asked: WatchedPart,
  call: WatchCall,
): Promise<Response> {
  const { owner } = call.grant
  const answer = await callRun(() => ports.owner(owner).fetch(requestOf(asked, call)))
  if (answer.status < 300) return answer
  await answer.body?.cancel()
  if (answer.status === 401) throw refusalOf(answer)
  throw unavailable('The list', new Error(`the owner's object answered ${answer.status}`))
}

function requestOf(asked: WatchedPart, call: WatchCall): Request {
  const { grant, signal } = call
  const headers = new Headers({
    ...call.headers,
    ...grantHeaders(grant),
    ...cursorHeader(asked),
  })
  return new Request(addressOf(asked, call), {
    headers,
    ...(signal === undefined ? {} : { signal }),
  })
}

/**
 * Sends a request to watch a run to the run's object or, if the run is archived, to the archive. `request`
 * makes the request anew for each call.
 */
export async function openWatch(
  ports: ApiPorts,
  run: RunName,
  request: () => Request,
): Promise<Response> {
  const answer = await callRun(() => ports.run(run.run_id).fetch(request()))
  if (answer.status < 300) return answer
  await answer.body?.cancel()
  if (answer.status === 404) return throwMissing(ports, run)
  if (answer.status === 401) throw refusalOf(answer)
  if (answer.status === 410) return watchArchived(ports.archivedRun(run.run_id), request())
  throw unavailable('The run', new Error(`the run's object answered ${answer.status}`))
}

/** Watches an archived run. Its object has dropped the data, and Postgres has it; the rules are the same. */
async function watchArchived(run: Watchable, request: Request): Promise<Response> {
  const answer = await callDatabase(() => run.fetch(request))
  if (answer.status < 300) return answer
  if (answer.status === 401) throw refusalOf(answer)
  throw answer.status === 404
    ? notFound()
    : unavailable('The archive', new Error(`the archive answered ${answer.status}`))
}

/**
 * The problem of a token that was valid when the API checked it, and that the run's object refused a moment
 * later.
 */
function refusalOf({ headers }: Response): ProblemError {
  if (headers.get('x-runcast-refused') === 'expired') return tokenExpired()
  return invalidToken('The token has been revoked.')
}

/** The address by which the run's object is asked, with the flags `lean`, `detail` and `log`. */
function addressOf({ query: asked }: WatchedPart, { path, query }: WatchCall): string {
  const wanted = [...(asked.lean ? ['lean'] : []), ...asked.with]
  const flags = Object.fromEntries(wanted.map((name) => [name, '1']))
  const search = new URLSearchParams({ ...flags, ...query }).toString()
  return `https://run/${path}${search === '' ? '' : `?${search}`}`
}

/** Tells the run's object the caller's right. Only the Worker can set these headers. */
export function grantHeaders({ owner, until, token_id }: WatchGrant): Record<string, string> {
  return {
    'x-runcast-owner': encodeURIComponent(owner),
    'x-runcast-until': String(until),
    ...(token_id === undefined ? {} : { 'x-runcast-token': token_id }),
  }
}

/**
 * Passes on a cursor, if the client sent one that can be read. Without a cursor the run's object sends the full
 * state (W-4).
 */
function cursorHeader({ headers, query }: WatchedPart): Record<string, string> {
  const given = headers['Last-Event-ID'] ?? query.last_event_id ?? query.cursor
  return given?.cursor === undefined ? {} : { 'last-event-id': formatCursor(given.cursor) }
}
