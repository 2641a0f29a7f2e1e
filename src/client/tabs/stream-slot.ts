import { ChildSignal } from '../child-signal.ts'
import type { Connect, Opening, Said } from '../transports/connect.ts'
import { untilAborted } from '../wait.ts'
import type { TabLocks } from './tabs.ts'

/** Over HTTP/1.1 a browser opens six connections to a host; the page needs some for all else. */
const STREAMS_MAX = 4

/** The same connection, while it is one of those that all tabs may hold together. */
export function inSlot(connect: Connect, locks: TabLocks): Connect {
  return async function* (opening: Opening): AsyncGenerator<Said, void> {
    const giveBack = await takeStreamSlot(locks, opening.signal)
    if (!giveBack) return yield { kind: 'full' }
    try {
      yield* connect(opening)
    } finally {
      giveBack()
    }
  }
}

/**
 * The right to hold one of the streams that all tabs of an origin may hold together; undefined, at
 * once, if there is none left. It is given back by the function, or by the signal's abort.
 */
export async function takeStreamSlot(
  locks: TabLocks,
  signal: AbortSignal,
): Promise<(() => void) | undefined> {
  for (let slot = 0; slot < STREAMS_MAX; slot += 1) {
    if (signal.aborted) return undefined
    const giveBack = await take(locks, `runcast/1 stream ${slot}`, signal)
    if (giveBack) return giveBack
  }
  return undefined
}

/** A lock is held as long as the promise of its callback is open: until its holder's life ends. */
function take(
  locks: TabLocks,
  name: string,
  signal: AbortSignal,
): Promise<(() => void) | undefined> {
  return new Promise((answer) => {
    const hold = (lock: unknown): Promise<void> => {
      const life = new ChildSignal(signal)
      if (lock === null) life.end()
      answer(life.signal.aborted ? undefined : life.end)
      return untilAborted(life.signal)
    }
    // A page that may hold no locks, such as a sandboxed frame, cannot count its streams and has none.
    locks.request(name, { ifAvailable: true }, hold).catch(() => answer(undefined))
  })
}
