import type { RunEvent } from '../../protocol/events.ts'
import type { RunStatus } from '../../protocol/status.ts'
import { isObject, parseJson } from '../json.ts'
import type { StreamMessage } from './event-stream.ts'

/** An event as a transport has it, its data already a value. */
export type RawEvent = { readonly event: string; readonly data: unknown; readonly id?: string }

const STATUSES: readonly string[] = [
  'pending',
  'initializing',
  'ingesting',
  'finished',
  'error',
  'aborted',
] satisfies readonly RunStatus[]

/**
 * The event, if a fold can take it: as much as is needed so that nothing breaks on it, since the
 * schemas stay on the server. One whose name is not known passes, whatever it holds (EV-8).
 */
export function readRunEvent(raw: RawEvent): RunEvent | undefined {
  return isRunEvent(raw) ? raw : undefined
}

/** As an event stream has it: a status is a bare word, all else is JSON. */
export function readStreamEvent(text: StreamMessage) {
  const data = text.event === 'status' ? text.data : parseJson(text.data)
  return readRunEvent({ ...text, data })
}

/** The members of what a fold walks through; of all other events only that they are objects. */
function isRunEvent(raw: RawEvent): raw is RunEvent {
  const { event, data } = raw
  switch (event) {
    case 'status':
      return typeof data === 'string' && STATUSES.includes(data)
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
