import type { RunEvent } from '../../protocol/events.ts'
import { isObject, parseJson } from '../json.ts'
import { type RawEvent, readRunEvent } from './run-event.ts'

export function isRawEvent(raw: unknown): raw is RawEvent {
  if (!isObject(raw) || !('data' in raw) || !('event' in raw)) return false
  return typeof raw.event === 'string' && (!('id' in raw) || typeof raw.id === 'string')
}

/** As a socket has it: all of it is one JSON text. */
export function readSocketEvent(text: string): RunEvent | undefined {
  const raw = parseJson(text)
  return isRawEvent(raw) ? readRunEvent(raw) : undefined
}
