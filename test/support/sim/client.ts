import type { pause } from '../../../src/durable/run/pause.ts'
import { retry } from '../../../src/durable/run/retry.ts'
import type { AbortAnswer } from '../../../src/durable/run/run-rpc.ts'
import type { RetryChoice } from '../../../src/protocol/run.ts'
import type { Parts } from './parts.ts'
import { ask, type Work } from './wire.ts'

/** The answer to an abort, and the round in which the abort arrived. */
export type Aborted = { readonly round: number; readonly answer: AbortAnswer }

/** Aborts the run for a client. `told` gets the answer, if one comes. */
export function* endRun({ object }: Parts, told: (aborted: Aborted) => void): Work {
  const aborted = yield* ask('object', () => {
    const round = object().round
    return { round, answer: object().abort() }
  })
  told(aborted)
}

/** Pauses the run for a client, or resumes it. */
export function* holdRun({ object }: Parts, work: typeof pause): Work {
  yield* ask('object', () => object().call(work, { by: 'alice' }, { kind: 'unknown' }))
}

export function* openAgain({ object }: Parts, choice: RetryChoice): Work {
  yield* ask('object', () => object().call(retry, choice, { kind: 'nothing', archived: true }))
}
