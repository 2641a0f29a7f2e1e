import type { Wait } from '../../protocol/events.ts'
import type { Settings } from '../../settings.ts'
import { firstSent } from '../outbox/entry.ts'
import { heldWaits } from './admission.ts'
import { groupOf, type RunEntry } from './run-outbox.ts'
import type { Run } from './run-state.ts'
import { isEnded } from './run-state.ts'
import { totalGroups } from './tally.ts'

/** At most this many waits for hosts are shown: a person would not read more. */
const HOST_WAITS = 3

/** A run and its outbox at one time, in ms since 1970. */
export type Standstill = {
  readonly run: Run
  readonly entries: readonly RunEntry[]
  readonly now: number
}

type WaitTimes = Pick<Settings, 'unclaimed_ms' | 'unclaimed_max_ms'>

/** Why a run, or a part of it, does not go on: first what stops all of it, then what stops parts (EV-6). */
export function waitsOf(standstill: Standstill, times: WaitTimes): Wait[] {
  const { run, now } = standstill
  if (isEnded(run)) return []
  const held = heldWaits(run, now)
  // Messages that were not claimed, and hosts, are not what the run waits for then.
  if (held.length > 0) return [...held, ...databaseWait(standstill)]
  return [
    ...databaseWait(standstill),
    ...lostWait(standstill),
    ...queueWait(standstill, times),
    ...hostWaits(standstill.entries),
  ]
}

/** An outage of Postgres, until the next probe. It stops all entries of the outbox, and the plans that were not sent yet. */
function databaseWait({ run, entries, now }: Standstill): Wait[] {
  if (run.database?.kind !== 'away') return []
  const message =
    'Postgres cannot be reached. Workers keep their results until Postgres answers again.'
  const unsent = totalGroups(run.tally) - run.plans_sent
  const probes = entries.filter(({ subject }) => subject.kind === 'checkpoint')
  return [
    {
      code: 'database_away',
      message,
      since: iso(run.database.since),
      until: firstDue(probes, now),
      groups: unsent + countGroups(entries),
    },
  ]
}

function lostWait({ run: { lost }, entries, now }: Standstill): Wait[] {
  if (lost === undefined) return []
  const times = lost.times === 1 ? 'once' : `${lost.times} times`
  const again = entries.filter((entry) => lost.groups.some((group) => group === groupOf(entry)))
  return [
    {
      code: 'leases_expired',
      message: `Workers were lost: their leases expired ${times}. Other workers are given the work.`,
      since: iso(lost.since),
      until: firstDue(again, now),
      groups: lost.groups.length,
    },
  ]
}

/** Messages that nobody has claimed in the usual time, until one of them is sent again. */
function queueWait({ entries, now }: Standstill, times: WaitTimes): Wait[] {
  const stuck = entries.filter(
    (entry) =>
      entry.state === 'sent' &&
      groupOf(entry) !== undefined &&
      now - firstSent(entry, times) >= times.unclaimed_ms,
  )
  if (stuck.length === 0) return []
  const messages = stuck.length === 1 ? 'One message waits' : `${stuck.length} messages wait`
  return [
    {
      code: 'queue_backlog',
      message: `${messages} in the queue, and no worker has asked for the work yet.`,
      since: iso(Math.min(...stuck.map((entry) => firstSent(entry, times)))),
      until: firstDue(stuck, now),
      groups: countGroups(stuck),
    },
  ]
}

/**
 * The hosts' reasons for which the most groups wait, each with the time at which the first of these groups goes
 * on.
 */
function hostWaits(entries: readonly RunEntry[]): Wait[] {
  const waiting = entries.flatMap((entry) =>
    entry.state === 'held' && entry.waits !== null ? { entry, waits: entry.waits } : [],
  )
  const kinds = Map.groupBy(waiting, ({ waits }) => `${waits.code} ${waits.message}`)
  return [...kinds.values()]
    .flatMap((alike): Wait[] => {
      const [first] = alike.toSorted((a, b) => a.entry.due - b.entry.due)
      const groups = countGroups(alike.map(({ entry }) => entry))
      return first ? [{ ...first.waits, until: iso(first.entry.due), groups }] : []
    })
    .toSorted((a, b) => b.groups - a.groups)
    .slice(0, HOST_WAITS)
}

function countGroups(entries: readonly RunEntry[]): number {
  return new Set(entries.flatMap((entry) => groupOf(entry) ?? [])).size
}

/** The first time at which one of these entries is due; now, if all are overdue. */
function firstDue(entries: readonly RunEntry[], now: number): string {
  const dues = entries.map(({ due }) => due).filter((due) => due > now)
  return iso(dues.length === 0 ? now : Math.min(...dues))
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
