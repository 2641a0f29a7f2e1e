import { useSyncExternalStore } from 'react'

/** How long a person can take an action back before the page sends it. */
export const UNDO_MS = 10_000

/** An action that is not sent yet. `send` is called once, unless the action is taken back. */
type Undoable = { readonly what: string; readonly send: () => void }

const waiting = new Map<string, { readonly action: Undoable; readonly timer: number }>()
const listeners = new Set<() => void>()

/**
 * Sends an action after a while, in which a person can take the action back. Another page of the app does not stop the
 * action, and a person who closes the tab has it sent at once.
 */
export function sendLater(key: string, action: Undoable): void {
  takeBack(key)
  const timer = window.setTimeout(() => sendNow(key), UNDO_MS)
  waiting.set(key, { action, timer })
  // A second listener of the same function counts as the first one.
  addEventListener('pagehide', sendAll)
  tell()
}

export function takeBack(key: string): void {
  window.clearTimeout(waiting.get(key)?.timer)
  if (waiting.delete(key)) tell()
}

export function sendNow(key: string): void {
  const entry = waiting.get(key)
  takeBack(key)
  entry?.action.send()
}

/** What waits under this key. Undefined: nothing. */
export function useWaiting(key: string): string | undefined {
  return useSyncExternalStore(subscribe, () => waiting.get(key)?.action.what)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}

/** The page goes: nobody can take anything back any more. */
function sendAll(): void {
  for (const key of waiting.keys()) sendNow(key)
}
