import { describeError } from '../log.ts'
import type { RunId } from '../protocol/ids.ts'
import type { PipelinePorts } from './consumer.ts'
import { keepLease, type Lease } from './lease.ts'
import { Patience } from './patience.ts'

/** What was granted is held: under a lease, and through an outage of Postgres. */
export type Holding = { readonly lease: Lease; readonly patience: Patience }

type Held = {
  readonly run_id: RunId
  readonly renew_ms: number
  /** Renews the lease; answers what the object then says of Postgres, or that the lease is lost. */
  readonly renew: () => Promise<'lost' | { readonly away?: boolean }>
}

export function startHolding(
  { run_id, renew_ms, renew }: Held,
  { run, log, hold_ms }: Pick<PipelinePorts, 'run' | 'log' | 'hold_ms'>,
): Holding {
  const failed = (what: string) => (error: unknown) =>
    log('warn', what, { run_id, error: describeError(error) })
  const renewed = async () => {
    const answer = await renew()
    if (answer === 'lost') return 'lost'
    patience.heard(answer)
    return 'held'
  }
  const lease = keepLease(renewed, { renew_ms, failed: failed('a lease was not renewed') })
  const patience = new Patience({
    hold_ms,
    signal: lease.signal,
    run: () => run(run_id),
    failed: failed('a run was not told that Postgres is away'),
  })
  return { lease, patience }
}
