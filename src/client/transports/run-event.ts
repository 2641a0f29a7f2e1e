import type { RunEvent } from '../../protocol/events.ts'
import type { RunStatus } from '../../protocol/status.ts'
import { ApiError } from '../api-error.ts'
import { isObject, parseJson } from '../json.ts'
import type { Ending, Said } from './connect.ts'
import type { StreamMessage } from './event-stream.ts'

const STATUSES: readonly unknown[] = [
  'pending',
  'initializing',
  'ingesting',
  'finished',
  'error',
  'aborted',
] satisfies readonly RunStatus[]

/**
 * The event, if a fold can take it: as much is looked at as is needed so that nothing breaks on it, since the
 * schemas stay on the server. One whose name is not known passes, whatever it holds (EV-8). That the token
 * has expired (W-12) is no event of the run.
 */
export function readRunEvent(raw: unknown): Said {
  if (!isRunEvent(raw)) return unreadable('an event')
  const { event, data }: { readonly event: string; readonly data: unknown } = raw
  if (event !== 'token_expired') return raw
  return { kind: 'refused', error: ApiError.saying(401, data), retry_after_ms: 0 }
}

/** As an event stream has it: a status is a bare word, all else is JSON. */
export function readStreamEvent(text: StreamMessage): Said {
  const data = text.event === 'status' ? text.data : parseJson(text.data)
  return readRunEvent({ ...text, data })
}

export function unreadable(what: string): Ending {
  const error = new Error(`The server sent ${what} that runcast cannot read`)
  return { kind: 'unreadable', error }
}

function isRunEvent(raw: unknown): raw is RunEvent {
  if (!isObject(raw)) return false
  const { event, data, id = '' }: { readonly [of in 'event' | 'data' | 'id']?: unknown } = raw
  return typeof event === 'string' && typeof id === 'string' && isFoldable(event, data)
}

/** The members of what a fold walks through; of all other events only that they are objects. */
function isFoldable(event: string, data: unknown): boolean {
  switch (event) {
    case 'status':
      return STATUSES.includes(data)
    case 'all_jobs':
    case 'added':
      return hasMembers(data, (entries) => Array.isArray(entries) && entries.every(isObject))
    case 'update':
    case 'detail':
    case 'groups':
      return hasMembers(data, isObject)
    case 'progress':
    case 'log':
    case 'complete':
      return isObject(data)
    default:
      return data !== undefined
  }
}

function hasMembers(data: unknown, isRight: (member: unknown) => boolean): boolean {
  return isObject(data) && Object.values(data).every(isRight)
}
