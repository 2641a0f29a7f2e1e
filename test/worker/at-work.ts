import type { ManualQueues } from './manual-queues.ts'
import type { Stub } from './object.ts'
import { alice, claim, createRun, plan } from './object.ts'

/** Makes a run with these jobs, all in one granted flight. `ready(n)` reports one of them as ready. */
export async function atWork(queues: ManualQueues, ...names: string[]) {
  const { run, run_id } = await createRun()
  await plan(run, names)
  const [{ flight }] = await queues.take('flight')
  const { grant } = await claim(run, flight)
  const ready = (n: number) => {
    const row = { n, attempt: 1, kind: 'ready', outcome: 'new' } as const
    return run.report({ flight, grant, rows: [row], last: false })
  }
  return { run, run_id, flight, grant, ready }
}

export function abort(run: Stub) {
  return run.abort({ owner: alice, by: alice })
}
