import { isTerminalRun } from '../../protocol/terminal.ts'
import type { AbortAnswer, CreateAnswer, RunStart } from './run-rpc.ts'
import { abortReceipt, type Run } from './run-state.ts'

type Kept = Pick<
  Run,
  'run_id' | 'owner' | 'pipeline' | 'epoch' | 'seq' | 'round' | 'body_hash' | 'created_at'
>

/** The part of an archived run that its object keeps, because the object's answers need it. */
export type Tombstone = Kept & { readonly life: EndedLife }

type EndedLife =
  | { readonly status: 'finished' | 'error' }
  | Pick<Extract<Run['life'], { status: 'aborted' }>, 'status' | 'receipt'>

/** The run's tombstone; undefined if the run has not ended. */
export function tombstoneOf(run: Run): Tombstone | undefined {
  const life = endOf(run)
  if (life === undefined) return undefined
  const { run_id, owner, pipeline, epoch, seq, round, body_hash, created_at } = run
  return { run_id, owner, pipeline, epoch, seq, round, body_hash, created_at, life }
}

function endOf({ life }: Run): EndedLife | undefined {
  if (life.status === 'aborted') return { status: life.status, receipt: life.receipt }
  return isTerminalRun(life.status) ? { status: life.status } : undefined
}

/**
 * Answers a start whose run already exists, also one that has ended or is archived. A start with the same body
 * gets that run; a start with another body is refused.
 */
export function startAgain(run: Run | Tombstone, start: RunStart): CreateAnswer {
  if (run.body_hash !== start.body_hash) return { kind: 'key_reused' }
  const created_at = new Date(run.created_at).toISOString()
  return { kind: 'exists', status: run.life.status, created_at }
}

/**
 * Answers an abort that comes after the run's end or after another abort: the receipt of that abort, or how else the
 * run ended. Undefined if the run goes on.
 */
export function abortAfterEnd(ended: Tombstone): AbortAnswer
export function abortAfterEnd(run: Run): AbortAnswer | undefined
export function abortAfterEnd(run: Run | Tombstone): AbortAnswer | undefined {
  const receipt = abortReceipt(run)
  if (receipt !== undefined) return { kind: 'aborted', receipt }
  const { status } = run.life
  return isTerminalRun(status) ? { kind: 'ended', status } : undefined
}
