import { type Desk, openDesk, type RunTurn, type TurnStore } from '../../src/durable/owner/turns.ts'
import type { RunId } from '../../src/protocol/ids.ts'

/** The turns of an owner's runs in memory. */
export function openMemoryTurns(): TurnStore {
  let stored: Desk = openDesk
  const turns = new Map<RunId, RunTurn>()
  return {
    read: () => ({ desk: stored, turns: new Map(turns) }),
    write({ desk, put, drop }) {
      stored = desk
      for (const turn of put) turns.set(turn.run_id, turn)
      for (const run_id of drop) turns.delete(run_id)
    },
  }
}
