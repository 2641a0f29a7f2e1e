import { ScheduleDesk } from '../../src/durable/owner/schedules/schedule-desk.ts'
import type { StartSlot } from '../../src/durable/owner/schedules/schedule-rpc.ts'
import type { Owner, RunId } from '../../src/protocol/ids.ts'
import type { RunStatus } from '../../src/protocol/status.ts'
import { Settings } from '../../src/settings.ts'
import { openMemorySchedules } from './memory-schedules.ts'

type DeskPeers = {
  readonly start: StartSlot
  readonly now?: () => number
  readonly store?: ReturnType<typeof openMemorySchedules>
  readonly ask?: (run_id: RunId) => Promise<RunStatus | undefined>
  readonly abort?: (run_id: RunId) => Promise<void>
  readonly failed?: (message: string, error: unknown) => void
}

/** The schedules of an owner over a store in memory. */
export function openTestDesk(owner: Owner, peers: DeskPeers): ScheduleDesk {
  return new ScheduleDesk({
    owner,
    store: openMemorySchedules(),
    settings: Settings.parse({}),
    now: Date.now,
    ask: () => Promise.resolve('finished'),
    abort: () => Promise.resolve(),
    listed: () => undefined,
    arm: () => undefined,
    failed: () => undefined,
    ...peers,
  })
}
