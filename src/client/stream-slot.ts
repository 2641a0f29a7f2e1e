import type { Connect, Opening, Said } from './connection.ts'
import { endWith } from './connection.ts'
import { takeStreamSlot } from './slots.ts'
import type { TabLocks } from './tabs.ts'

/** The same connection, while it is one of those that all tabs may hold together. */
export function inSlot(connect: Connect, locks: TabLocks): Connect {
  return async function* (opening: Opening): AsyncGenerator<Said, void> {
    const giveBack = await takeStreamSlot(locks, opening.signal)
    if (!giveBack) return yield endWith({ kind: 'full' })
    try {
      yield* connect(opening)
    } finally {
      giveBack()
    }
  }
}
