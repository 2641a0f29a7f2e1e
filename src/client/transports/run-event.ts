import type { RunEvent } from '../../protocol/events.ts'
import type { RunStatus } from '../../protocol/status.ts'
import { type ConnectionEnd, type ConnectionItem, refused } from '../connection.ts'
import { ApiError, asProblem } from '../errors.ts'
import { isObject, parseJson } from '../json.ts'

/** An event as its stream has it. `id` is there only where the event's own lines have one. */
export type StreamMessage = { readonly event: string; readonly data: string; readonly id?: string }

const STATUSES: readonly unknown[] = [
  'pending',
  'initializing',
  'ingesting',
  'finished',
  'error',
  'aborted',
] satisfies readonly RunStatus[]

/**
 * Checks what the fold reads of an event, so that nothing breaks on it. The full schemas need zod, which is
 * larger than the whole library. An event of an unknown name passes as it is (EV-8). Two events are none of the
 * run's: `crowded` asks for polls (W-13), and `token_expired` is the server's refusal of the token (W-12).
 */
export function readRunEvent(raw: unknown): ConnectionItem {
  if (!isRunEvent(raw)) return unreadable('an event')
  const { event, data }: { readonly event: string; readonly data: unknown } = raw
  if (event === 'crowded') return { kind: event }
  if (event !== 'token_expired') return raw
  return refused(new ApiError(401, asProblem(data)))
}

/** Reads an event of a stream: a status is a bare word there, and all other data is JSON. */
export function readStreamEvent(message: StreamMessage): ConnectionItem {
  const data = message.event === 'status' ? message.data : parseJson(message.data)
  return readRunEvent({ ...message, data })
}

export function unreadable(what: string): ConnectionEnd {
  const error = new Error(`The server sent ${what} that runcast cannot read`)
  return { kind: 'unreadable', error }
}

function isRunEvent(raw: unknown): raw is RunEvent {
  if (!isObject(raw)) return false
  const { event, data, id = '' }: { readonly [of in 'event' | 'data' | 'id']?: unknown } = raw
  return typeof event === 'string' && typeof id === 'string' && isFoldable(event, data)
}

/** The fold walks through the members of some events. Of all others it only needs an object. */
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
