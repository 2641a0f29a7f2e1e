import { vi } from 'vitest'

import type { Owner, RunId } from '../../src/protocol/ids.ts'
import type { Stub } from './object.ts'
import { go, newRunId, startOf, stubOf } from './object.ts'
import { company, newOwner } from './parts.ts'

export type Run = { readonly owner: Owner; readonly run_id: RunId; readonly run: Stub }

/** Starts a run over these boards. Nobody has taken its messages yet. */
export async function startRun(...boards: number[]): Promise<Run> {
  const [owner, run_id] = [newOwner(), newRunId()]
  const run = stubOf(run_id)
  const start = startOf(
    run_id,
    boards.map((board) => company(board).slug),
  )
  const groups = start.groups.map((group, n) => ({
    ...group,
    input: JSON.stringify(company(boards[n] ?? 0)),
  }))
  await run.create({ ...start, owner, groups })
  await run.direct({ owner, order: go })
  return { owner, run_id, run }
}

export function quiet() {
  return vi.spyOn(console, 'error').mockReturnValue()
}

/** The result of a batch whose messages are all acknowledged. */
export function acked(messages: number) {
  const explicitAcks = Array.from({ length: messages }, (_, n) => `m${n}`)
  return { outcome: 'ok', explicitAcks, retryMessages: [], retryBatch: { retry: false } }
}
