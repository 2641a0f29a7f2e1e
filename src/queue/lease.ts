/** A lease that is kept while work goes on. */
export type Lease = {
  /** Aborted when the lease is lost, or the work it is for is aborted. */
  readonly signal: AbortSignal
  /** Something else renewed it: the next renewal is due later. */
  renewed(): void
  /** No further renewal, and its outcome is waited for. */
  end(): Promise<void>
}

/**
 * Renews a lease every `renew_ms` that pass without one. `renew` answers whether it still holds.
 * A renewal that fails is tried again at the next turn: only the object decides that it is lost.
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
    // A renewal under way sets the next one itself.
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
