import type { RunId } from '../../protocol/ids.ts'
import type { Counts } from '../../protocol/run.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import type { ShownItem } from '../watch/shown.ts'
import type { RunStanding } from './owner-rpc.ts'

/** The list of an owner's runs, without its rows. The seqs are those of `WatchSubject`. */
export type OwnerList = {
  readonly epoch: string
  readonly seq: number
  readonly added_seq: number
  readonly titled_seq: number
  /** The number of the run that was entered last. */
  readonly last: number
}

/** A run in the list. `n`: its number, in the order of entry. The other seqs are the list's: those of `ShownItem`. */
export type ListedRun = Pick<ShownItem, 'n' | 'added' | 'titled' | 'seq' | 'told'> & {
  readonly standing: RunStanding
}

/** The runs of a list are one group for its watchers. */
export const RUNS = { ord: 0, key: 'runs' } as const

export function openList(epoch: string): OwnerList {
  return { epoch, seq: 1, added_seq: 0, titled_seq: 0, last: 0 }
}

/**
 * What a standing changes (OWN-1). Undefined if it brings nothing new: it came late, or again. `known`: the run's row,
 * if the list has one.
 */
export function hear(
  list: OwnerList,
  known: ListedRun | undefined,
  standing: RunStanding,
): { readonly list: OwnerList; readonly row: ListedRun } | undefined {
  const seq = list.seq + 1
  if (known === undefined) {
    const n = list.last + 1
    const row = { n, standing, added: seq, titled: seq, seq, told: seq }
    return { list: { ...list, seq, added_seq: seq, titled_seq: seq, last: n }, row }
  }
  if (isEarlier(standing, known.standing) || shownText(standing) === shownText(known.standing))
    return undefined
  const isTitled = standing.title !== known.standing.title
  const row = {
    ...known,
    standing,
    ...(isTitled ? { titled: seq } : {}),
    ...(standing.status === known.standing.status ? {} : { seq }),
    told: seq,
  }
  return { list: { ...list, seq, ...(isTitled ? { titled_seq: seq } : {}) }, row }
}

/**
 * Whether a standing is older than another of the same run. An object that lost its storage begins with another epoch
 * and a low seq: then the later start counts.
 */
export function isEarlier(one: RunStanding, other: RunStanding): boolean {
  if (one.epoch !== other.epoch) return one.facts.created_at < other.facts.created_at
  if (one.seq !== other.seq) return one.seq < other.seq
  if (one.named !== other.named) return one.named < other.named
  return one.at < other.at
}

function shownText({ title, status, round, error, facts }: RunStanding): string {
  return JSON.stringify([title, status, round, error, facts])
}

/** A run as an item that watchers are shown, as a run's watchers are shown a job (OWN-4). */
export function itemOf({ standing, ...place }: ListedRun): ShownItem {
  const { run_id, title, status, round, error, facts } = standing
  const { counts, waits = [] } = facts.progress
  return {
    ...place,
    group: RUNS.ord,
    external_id: run_id,
    title,
    status,
    outcome: null,
    attempt: round,
    error: error ?? null,
    progress: percentOf(counts),
    message: waits[0]?.message ?? null,
    run: facts,
  }
}

function percentOf({ total, by_status }: Counts): number | null {
  if (total === 0) return null
  const ended = Object.entries(by_status).filter(([status]) => isTerminalJob(status))
  const done = ended.reduce((sum, [, count = 0]) => sum + count, 0)
  return Math.floor((done * 100) / total)
}

/** Until when each run that goes on was told that somebody follows the list, in ms since 1970. */
export type Leases = ReadonlyMap<RunId, number>

/** The runs to ask now: no lease of theirs lasts, so that they may have been silent (OWN-3). */
export function silentRuns(live: readonly RunId[], leases: Leases, now: number): RunId[] {
  return live.filter((run_id) => (leases.get(run_id) ?? -Infinity) <= now)
}

/** When the next run is to be asked. Undefined if no run goes on: then an idle list costs nothing. */
export function askDue(live: readonly RunId[], leases: Leases): number | undefined {
  if (live.length === 0) return undefined
  return Math.min(...live.map((run_id) => leases.get(run_id) ?? 0))
}
