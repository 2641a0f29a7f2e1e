import { describeError } from '../log.ts'
import type { RunId } from '../protocol/ids.ts'
import type { PipelinePorts } from './consumer.ts'
import { keepLease, type Lease } from './lease.ts'
import { OutageRetry } from './outage-retry.ts'

/** A lease that is renewed while work goes on, and retries that outlast an outage of Postgres. */
export type LeaseSession = { readonly lease: Lease; readonly outage: OutageRetry }

type LeaseOptions = {
  readonly run_id: RunId
  readonly renew_ms: number
  /** Renews the lease. Returns the object's answer, which says whether Postgres is away, or `lost`. */
  readonly renew: () => Promise<'lost' | { readonly away?: boolean }>
}

/** Begins to renew a lease. */
export function openLeaseSession(
  { run_id, renew_ms, renew }: LeaseOptions,
  { run, log, hold_ms }: Pick<PipelinePorts, 'run' | 'log' | 'hold_ms'>,
): LeaseSession {
  const failed = (what: string) => (error: unknown) =>
    log('warn', what, { run_id, error: describeError(error) })
  const renewed = async () => {
    const answer = await renew()
    if (answer === 'lost') return 'lost'
    outage.heard(answer)
    return 'held'
  }
  const lease = keepLease(renewed, { renew_ms, failed: failed('a lease was not renewed') })
  const outage = new OutageRetry({
    hold_ms,
    signal: lease.signal,
    run: () => run(run_id),
    failed: failed('a run was not told that Postgres is away'),
  })
  return { lease, outage }
}
