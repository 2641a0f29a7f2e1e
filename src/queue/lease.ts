import { describeError } from '../log.ts'
import type { RunId } from '../protocol/ids.ts'
import type { PipelinePorts } from './consumer.ts'
import { OutageRetry } from './outage-retry.ts'

/** A lease that is renewed while work goes on. */
export type Lease = {
  /** Aborts when the lease is lost or the run is aborted. */
  readonly signal: AbortSignal
  /** Tells that another call has renewed the lease, so that the next renewal is due later. */
  renewed(): void
  /** Makes no further renewal, and waits for one that is under way. */
  end(): Promise<void>
}

/**
 * Renews a lease whenever `renew_ms` have passed since its last renewal. `renew` says whether the lease still holds.
 * A renewal that fails is tried again `renew_ms` later, because only the object decides that a lease is lost.
 */
export function keepLease(
  renew: () => Promise<'held' | 'lost'>,
  { renew_ms, failed }: { renew_ms: number; failed: (error: unknown) => void },
): Lease {
  const controller = new AbortController()
  let pending: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | null = null
  let over = false
  let turning = false
  const turn = async (): Promise<void> => {
    turning = true
    try {
      if ((await renew()) === 'lost') controller.abort(new Error('the lease is lost'))
    } catch (error) {
      failed(error)
    }
    turning = false
    schedule()
  }
  const unschedule = (): void => {
    if (timer !== null) clearTimeout(timer)
  }
  const schedule = (): void => {
    unschedule()
    // A renewal that is under way schedules the next one when it ends.
    if (over || turning || controller.signal.aborted) return
    timer = setTimeout(() => {
      pending = turn()
    }, renew_ms)
  }
  schedule()
  return {
    signal: controller.signal,
    renewed: schedule,
    async end() {
      over = true
      unschedule()
      await pending
    },
  }
}

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
