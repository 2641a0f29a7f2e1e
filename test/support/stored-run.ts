import type { Group } from '../../src/durable/run/group-state.ts'
import { openGroup } from '../../src/durable/run/group-state.ts'
import type { Job, JobPair } from '../../src/durable/run/job-state.ts'
import { openJob } from '../../src/durable/run/job-state.ts'
import type { Run } from '../../src/durable/run/run-state.ts'
import { openRun } from '../../src/durable/run/run-state.ts'
import type { RunStore } from '../../src/durable/run/store/run-store.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'

/**
 * Gives a test an empty store, which is open while `test` runs. `reopen` opens the same storage anew, as an
 * object does when it wakes.
 */
export type WithStore = (
  test: (store: RunStore, reopen: () => RunStore) => void,
) => Promise<void> | void

/** Adds a case to the contract. */
export type Proves = (what: string, test: Parameters<WithStore>[0]) => void

export const run: Run = openRun(
  {
    run_id: RunId.parse('0'.repeat(32)),
    owner: Owner.parse('alice'),
    pipeline: 'letters',
    flight_jobs: 2,
    body_hash: 'hash',
    groups: [],
  },
  'epoch',
  1_000,
)

export function group(ord: number, change: Partial<Group> = {}): Group {
  return { ...openGroup(ord, GroupKey.parse(`group ${ord}`)), ...change }
}

export function job(ord: number, n: number, change: Partial<Job> = {}): Job {
  const external_id = ExternalId.parse(`${n}`)
  const title = `title ${n}`
  return {
    ...openJob({ group: ord, n, external_id, title, url: null, payload: '{}' }, 1),
    ...change,
  }
}

/** Creates the run with groups 0 and 1. */
export function begin(store: RunStore): void {
  store.transaction(() => {
    store.createRun(run)
    store.insertGroups([0, 1].map((ord) => ({ group: group(ord), input: `{"at":${ord}}` })))
  })
}

export function insert(store: RunStore, jobs: readonly Job[]): void {
  store.transaction(() => store.insertJobs(jobs))
}

/** Writes the jobs as changes of the stored ones. */
export function rewrite(store: RunStore, jobs: readonly Job[]): void {
  store.transaction(() => {
    const changes = [...Map.groupBy(jobs, (one) => one.group)].flatMap(([ord, own]) => {
      const stored = new Map(
        store
          .readJobs(
            ord,
            own.map(({ n }) => n),
          )
          .map((one) => [one.n, one]),
      )
      return own.map((after): JobPair => [stored.get(after.n) ?? after, after])
    })
    store.writeJobs(changes)
  })
}

export function addCheckpoint(store: RunStore) {
  return store.transaction(() =>
    store.addEntry({
      subject: { kind: 'checkpoint' },
      state: 'held',
      due: 1,
      sends: 0,
      grant: 0,
      waits: null,
    }),
  )
}
