import { untilAborted } from '../signals.ts'
import type { TabLocks } from './tabs.ts'

/** Over HTTP/1.1 a browser opens six connections to a host, and the page needs some for other requests. */
const STREAMS_MAX = 4

/**
 * Takes one of the streams that all tabs of an origin may hold together, until the signal is aborted.
 * Answers false at once if all slots are taken.
 */
export async function takeStreamSlot(locks: TabLocks, signal: AbortSignal): Promise<boolean> {
  for (let slot = 0; slot < STREAMS_MAX && !signal.aborted; slot += 1)
    if (await takeLock(locks, `runcast/1 stream ${slot}`, signal)) return true
  return false
}

/** The browser holds a lock until the promise that its callback returned is settled. */
function takeLock(locks: TabLocks, name: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((answer) => {
    const hold = async (lock: unknown): Promise<void> => {
      const isHeld = lock !== null && !signal.aborted
      answer(isHeld)
      if (isHeld) await untilAborted(signal)
    }
    // A page that may hold no locks, such as a sandboxed frame, cannot count its streams and gets none.
    locks.request(name, { ifAvailable: true }, hold).catch(() => answer(false))
  })
}
