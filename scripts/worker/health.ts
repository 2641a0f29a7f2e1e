import { setTimeout as delay } from 'node:timers/promises'

import { explain, StartFailure } from '../start/failure.ts'

const READY_MS = 180_000
const POLL_MS = 100

/**
 * Waits until the Worker answers, which is later than wrangler's report that it is ready. Throws a
 * StartFailure if the Worker does not answer.
 */
export async function untilHealthy(origin: string): Promise<void> {
  const late = AbortSignal.timeout(READY_MS)
  let last: unknown = 'it does not answer'
  while (!late.aborted) {
    const asking = fetch(`${origin}/api/health`, { signal: late })
    const answer = await asking.catch((error: unknown) => error)
    if (answer instanceof Response && answer.ok) return
    if (!late.aborted) last = answer instanceof Response ? `it answers ${answer.status}` : answer
    await delay(POLL_MS)
  }
  throw new StartFailure(`the Worker did not become healthy: ${explain(last)}`)
}
