import { abortSlice } from './abort.ts'
import { reopenSlice } from './retry.ts'
import type { RunTransaction } from './run-engine.ts'

/** Goes on with an abort or a retry of very many jobs, if there is one, by one slice of its jobs. */
export function takeSlice(tx: RunTransaction): void {
  const { sliced } = tx.run
  const { slice_jobs } = tx.settings
  switch (sliced?.kind) {
    case undefined:
      return
    case 'abort':
      return abortSlice(tx, sliced, slice_jobs)
    case 'reopen':
      return reopenSlice(tx, sliced)
  }
}
