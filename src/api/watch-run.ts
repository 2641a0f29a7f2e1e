import { formatCursor } from '../protocol/cursor.ts'
import type { RunId } from '../protocol/ids.ts'
import { invalidToken, tokenExpired } from './authenticate.ts'
import { callDatabase, callRun } from './calls.ts'
import type { Watching } from './contract/parameters.ts'
import type { ApiPorts, Watchable } from './ports.ts'
import { notFound, type ProblemError, unavailable } from './problem.ts'
import { requireIssued } from './read-run.ts'
import type { WatchGrant } from './request-context.ts'

/** By which transport a run is watched, by whom, and what goes with the request besides. */
type Way = {
  readonly path: 'stream' | 'socket' | 'events'
  readonly grant: WatchGrant
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Asks a run to be watched; the refusals of its object are thrown. */
export async function watchRun(ports: ApiPorts, asked: Watching, way: Way): Promise<Response> {
  const { run_id } = asked.params
  const { grant, signal } = way
  await requireIssued(ports, { run_id, owner: grant.owner })
  const headers = new Headers({
    ...way.headers,
    ...grantHeaders(grant),
    ...cursorHeader(asked),
  })
  const init = { headers, ...(signal === undefined ? {} : { signal }) }
  return openWatch(ports, run_id, () => new Request(addressOf(asked, way), init))
}

/** Has a run watched by a request of our own making. */
export async function openWatch(
  ports: ApiPorts,
  run_id: RunId,
  request: () => Request,
): Promise<Response> {
  const answer = await callRun(() => ports.run(run_id).fetch(request()))
  if (answer.status < 300) return answer
  await answer.body?.cancel()
  if (answer.status === 404) throw notFound()
  if (answer.status === 401) throw refusalOf(answer)
  if (answer.status === 410) return watchArchived(ports.archivedRun(run_id), request())
  throw unavailable('The run', new Error(`its object answered ${answer.status}`))
}

/** What its object has no more is shown from Postgres, by the same rules. */
async function watchArchived(run: Watchable, request: Request): Promise<Response> {
  const answer = await callDatabase(() => run.fetch(request))
  if (answer.status < 300) return answer
  if (answer.status === 401) throw refusalOf(answer)
  throw answer.status === 404
    ? notFound()
    : unavailable('The archive', new Error(`it answered ${answer.status}`))
}

/** The token was good when it was checked here, and was refused a moment later. */
function refusalOf({ headers }: Response): ProblemError {
  if (headers.get('x-runcast-refused') === 'expired') return tokenExpired()
  return invalidToken('The token has been revoked.')
}

/** `lean`, `detail` and `log`, as the run's object is asked for them. */
function addressOf({ query: asked }: Watching, { path, query }: Way): string {
  const wanted = [...(asked.lean ? ['lean'] : []), ...asked.with]
  const flags = Object.fromEntries(wanted.map((name) => [name, '1']))
  const search = new URLSearchParams({ ...flags, ...query }).toString()
  return `https://run/${path}${search === '' ? '' : `?${search}`}`
}

/** Who watches, as the run's door is told by the Worker alone. */
export function grantHeaders({ owner, until, token_id }: WatchGrant): Record<string, string> {
  return {
    'x-runcast-owner': encodeURIComponent(owner),
    'x-runcast-until': String(until),
    ...(token_id === undefined ? {} : { 'x-runcast-token': token_id }),
  }
}

/** Only a usable cursor is passed on: without one the object sends the full state (W-4). */
function cursorHeader({ headers, query }: Watching): Record<string, string> {
  const given = headers['Last-Event-ID'] ?? query.last_event_id ?? query.cursor
  return given?.cursor === undefined ? {} : { 'last-event-id': formatCursor(given.cursor) }
}
