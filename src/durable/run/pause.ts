import type { RunPaused } from '../../protocol/run.ts'
import type { RunTransaction } from './run-engine.ts'
import type { PauseAnswer } from './run-rpc.ts'
import { grantsNothing, type Run } from './run-state.ts'

/**
 * Pauses the run because somebody asked for it (RUN-8): what is in flight ends, and no plan and no flight is sent or
 * granted. A second request changes nothing.
 */
export function pause(tx: RunTransaction, { by }: { readonly by: string }): PauseAnswer {
  const { run, now } = tx
  if (grantsNothing(run)) return { kind: 'ended', status: run.life.status }
  if (run.paused !== undefined) return answer(run)
  tx.appendLog([{ level: 'info', message: `The run is paused, by ${by}.` }])
  tx.updateRun((row) => ({ ...row, paused: { by, at: now } }))
  tx.enqueueCheckpoint()
  return answer(tx.run)
}

/** Lets a paused run go on. A run that is not paused stays as it is. */
export function resume(tx: RunTransaction, { by }: { readonly by: string }): PauseAnswer {
  const { run } = tx
  if (grantsNothing(run)) return { kind: 'ended', status: run.life.status }
  if (run.paused === undefined) return answer(run)
  tx.appendLog([{ level: 'info', message: `The run is resumed, by ${by}.` }])
  tx.updateRun(({ paused: _paused, ...row }) => row)
  tx.enqueueCheckpoint()
  return answer(tx.run)
}

/** Who paused the run, and when, as a run and its row in a list show it. */
export function shownPause({ paused }: Pick<Run, 'paused'>): Pick<RunPaused, 'paused'> {
  return paused === undefined
    ? {}
    : { paused: { by: paused.by, at: new Date(paused.at).toISOString() } }
}

function answer(run: Run): PauseAnswer {
  return { kind: 'set', ...shownPause(run) }
}
