import type { Settings } from '../../settings.ts'
import { Broadcast } from '../watch/broadcast.ts'
import { RunProgress } from './progress.ts'
import { isEnded, type Run } from './run-state.ts'
import type { RunStore } from './store/run-store.ts'

type RunBroadcastParts = Pick<
  ConstructorParameters<typeof Broadcast>[0],
  'synced' | 'failed' | 'wakeAt'
> & {
  readonly store: RunStore
  readonly settings: Settings
  readonly run: () => Run | undefined
  readonly now: () => number
}

/** Sends the changes of each transaction, and the run's progress, to all watchers of a run. */
export class RunBroadcast extends Broadcast {
  constructor({ run, now, ...parts }: RunBroadcastParts) {
    const { store, settings } = parts
    const made = new RunProgress(settings)
    const progress = () => {
      const current = run()
      if (current === undefined) throw new Error('only a run is watched')
      return made.frame({ run: current, entries: store.readEntries(), now: now() })
    }
    super({ ...parts, state: run, progress, standsStill: () => standsStill(run()) })
  }
}

/** Of the runs of an owner thousands may wait for their turn, and each would be awake for as long as it has a stream. */
function standsStill(run: Run | undefined): boolean {
  if (run === undefined || isEnded(run)) return false
  const { kind } = run.admission ?? { kind: 'admitted' }
  return kind === 'waits' || kind === 'paused'
}
