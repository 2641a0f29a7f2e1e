import type { RunStart } from '../../../src/durable/run/run-rpc.ts'
import { GroupKey, RunId } from '../../../src/protocol/ids.ts'
import { Settings } from '../../../src/settings.ts'
import { hurried } from '../random-run.ts'
import { alice } from '../test-run.ts'

/** The beginning of a history: the number of jobs in each group's listing, and the size of a page. */
export type Shape = {
  readonly listings: readonly number[]
  readonly page_bytes: number
  readonly archive_ms: number
}

const run_id = RunId.parse('0'.repeat(32))

export function settingsOf({ page_bytes, archive_ms }: Shape): Settings {
  const waits = { tick_ms: 20, probe_ms: 40, statement_ms: 20, hold_ms: 300, ask_again_ms: 250 }
  return Settings.parse({ ...hurried, ...waits, page_bytes, archive_ms })
}

/** Every other job has a posting from before the run. */
export function postingsOf({ listings }: Shape): ReadonlyMap<string, string> {
  const keys = listings.flatMap((jobs, group) =>
    Array.from({ length: jobs }, (_, n) => `group ${group}/${group}-${n}`),
  )
  return new Map(keys.filter((_, i) => i % 2 === 0).map((key) => [key, 'as it was']))
}

export function startOf({ listings }: Shape): RunStart {
  return {
    run_id,
    owner: alice,
    pipeline: 'letters',
    flight_jobs: 3,
    body_hash: 'hash',
    groups: listings.map((_, ord) => ({ key: GroupKey.parse(`group ${ord}`), input: '{}' })),
  }
}
