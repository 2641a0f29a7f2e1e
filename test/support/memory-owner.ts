import { itemOf, type ListedRun, type OwnerList, RUNS } from '../../src/durable/owner/owner-list.ts'
import type { OwnerStore } from '../../src/durable/owner/owner-store.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { isTerminalRun } from '../../src/protocol/terminal.ts'

/** An owner's storage in memory. */
export function openMemoryOwner(): OwnerStore {
  let list: OwnerList | undefined
  const runs = new Map<RunId, ListedRun>()
  const all = () => [...runs.values()].toSorted((a, b) => a.n - b.n)
  return {
    transaction: (work) => work(),
    readList: () => list,
    writeList(next) {
      list = next
    },
    findRun: (run_id) => runs.get(run_id),
    putRun: (run) => void runs.set(run.standing.run_id, run),
    liveRuns: () =>
      all()
        .filter((run) => !ended(run))
        .map(({ standing }) => standing.run_id),
    allRuns: () => all().map(({ standing }) => standing.run_id),
    dropRun: (run_id) => void runs.delete(run_id),
    countRuns() {
      const groups = Map.groupBy(all(), ({ standing }) => standing.status)
      return [...groups].map(([status, { length }]) => ({ status, count: length }))
    },
    dropEnded(keep) {
      for (const { standing } of all().filter(ended).toReversed().slice(keep))
        runs.delete(standing.run_id)
    },
    readGroups: () => [RUNS],
    groupsSince: () => [],
    changesSince: (seq) =>
      all()
        .filter(({ told }) => told > seq)
        .map(itemOf),
    listing: ({ after, since }) =>
      all()
        .filter(({ n, titled }) => n > (after?.n ?? 0) && titled > since)
        .map(itemOf),
    linesSince: () => ({ lines: [], dropped: 0 }),
  }
}

function ended({ standing }: ListedRun): boolean {
  return isTerminalRun(standing.status)
}
