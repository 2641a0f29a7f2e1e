import type { RunRpc } from '../../../src/durable/run/run-rpc.ts'
import { GroupKey } from '../../../src/protocol/ids.ts'
import type { RunView } from '../../../src/protocol/run.ts'
import { OWNER } from './drive.ts'

/** The pause between two calls. */
const PAUSE_MS = 2

type Run = Pick<RunRpc, 'view' | 'abort' | 'retry'>

/** The calls that somebody else made meanwhile, and the longest that one of them waited. */
type Others = { readonly calls: number; readonly wait_ms: number }

/** Aborts the run. Resolves when the run has ended. */
export async function abortAll(run: Run): Promise<Others> {
  const others = callUntil(run, ({ status }) => status === 'aborted')
  const { kind } = await run.abort({ owner: OWNER, by: OWNER })
  if (kind !== 'aborted') throw new Error(`the abort is answered with ${kind}`)
  return others
}

/** Retries all groups of an aborted run. Resolves when all of their jobs are open. */
export async function retryAll(run: Run): Promise<Others> {
  const { groups = {} } = (await run.view({ owner: OWNER })) ?? {}
  const others = callUntil(run, ({ counts }) => (counts.by_status.aborted ?? 0) === 0)
  const named = Object.keys(groups).map((key) => GroupKey.parse(key))
  const { kind } = await run.retry({ owner: OWNER, groups: named })
  if (kind !== 'retried') throw new Error(`the retry is answered with ${kind}`)
  return others
}

/** Reads the run's state again and again, until it is as wanted. */
async function callUntil(run: Run, isDone: (view: RunView) => boolean): Promise<Others> {
  let wait_ms = 0
  for (let calls = 1; ; calls += 1) {
    const began = Date.now()
    const view = await run.view({ owner: OWNER })
    wait_ms = Math.max(wait_ms, Date.now() - began)
    if (view === undefined) throw new Error('the run is gone')
    if (isDone(view)) return { calls, wait_ms }
    // Calls of one process come without a pause: they would leave no turn to the object's timers.
    await scheduler.wait(PAUSE_MS)
  }
}
