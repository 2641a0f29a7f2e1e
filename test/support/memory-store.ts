import type { Group } from '../../src/durable/run/group-state.ts'
import type { RunEntry } from '../../src/durable/run/run-outbox.ts'
import type { Run } from '../../src/durable/run/run-state.ts'
import type { LinesAsOf, NewLine, RunStore } from '../../src/durable/run/store/run-store.ts'
import type { Tombstone } from '../../src/durable/run/tombstone.ts'
import type { LineRange } from '../../src/durable/watch/shown.ts'
import type { LogLine } from '../../src/protocol/log.ts'
import { Journal } from './journal.ts'
import { jobPart } from './memory-jobs.ts'

/** A run's storage in plain maps, for tests of the code above the storage. */
export function openMemoryStore(journal = new Journal()): RunStore {
  return {
    transaction: (work) => journal.transaction(work),
    ...runPart(journal),
    ...groupPart(journal),
    ...jobPart(journal),
    ...outboxPart(journal),
    ...logPart(journal),
    ...tombstonePart(journal),
  }
}

function runPart(journal: Journal) {
  const runs = new Map<1, Run>()
  return {
    readRun: () => runs.get(1),
    createRun: (run: Run) => journal.set(runs, 1, run),
    writeRun: (run: Run) => journal.set(runs, 1, run),
  }
}

function groupPart(journal: Journal) {
  const groups = new Map<number, Group>()
  const inputs = new Map<number, string>()
  const sorted = (): Group[] => [...groups.values()].toSorted((a, b) => a.ord - b.ord)
  return {
    insertGroups(rows: readonly { readonly group: Group; readonly input: string }[]) {
      for (const { group, input } of rows) {
        journal.set(groups, group.ord, group)
        journal.set(inputs, group.ord, input)
      }
    },
    readGroup: (ord: number) => groups.get(ord),
    readGroups: sorted,
    readInput(ord: number) {
      const input = inputs.get(ord)
      if (input === undefined) throw new RangeError(`group ${ord} has no input`)
      return input
    },
    writeGroup: (group: Group) => journal.set(groups, group.ord, group),
    groupsSince: (seq: number) => sorted().filter((group) => group.seq > seq),
    undispatchedJobs: (limit: number) =>
      sorted()
        .filter(({ found, dispatched }) => dispatched < found)
        .toSorted((a, b) => a.dispatched - b.dispatched)
        .slice(0, limit)
        .map(({ ord, found, dispatched, flight_jobs }) => ({
          group: ord,
          from: dispatched,
          count: found - dispatched,
          flight_jobs,
        })),
  }
}

/** The tombstone and the revoked tokens, which stay after an archive. */
function tombstonePart(journal: Journal) {
  const tombstones = new Map<1, Tombstone>()
  const revoked = new Map<string, number>()
  return {
    ...tokenPart(journal, revoked),
    readTombstone: () => tombstones.get(1),
    forget: () => undefined,
    archive(tombstone: Tombstone, now: number) {
      journal.clear(revoked)
      for (const [known, due] of revoked) if (due <= now) journal.delete(revoked, known)
      journal.set(tombstones, 1, tombstone)
    },
  }
}

function tokenPart(journal: Journal, revoked: Map<string, number>) {
  return {
    revokeToken(id: string, until: number, now: number) {
      for (const [known, due] of revoked) if (due <= now) journal.delete(revoked, known)
      journal.set(revoked, id, Math.max(until, revoked.get(id) ?? 0))
    },
    isTokenRevoked: (id: string) => revoked.has(id),
  }
}

function logPart(journal: Journal) {
  const lines = new Map<number, LogLine>()
  const marks = new Map<number, { readonly as_of: number; readonly late: boolean }>()
  const next = counter(journal)
  return {
    addLines(added: readonly NewLine[], { seq: as_of, late, keep }: LinesAsOf) {
      let last = 0
      for (const line of added) {
        last = next()
        journal.set(lines, last, { ...line, seq: last })
        journal.set(marks, last, { as_of, late })
      }
      for (const seq of lines.keys()) if (seq <= last - keep) journal.delete(lines, seq)
    },
    readLines: (after: number, limit: number) =>
      [...lines.values()]
        .toSorted((a, b) => a.seq - b.seq)
        .filter(({ seq }) => seq > after)
        .slice(0, limit),
    placedLines: (after: number, limit: number) =>
      [...lines.values()]
        .toSorted((a, b) => a.seq - b.seq)
        .filter(({ seq }) => seq > after)
        .slice(0, limit)
        .map((line) => ({ ...line, ...(marks.get(line.seq) ?? { as_of: 0, late: false }) })),
    lastLine: () => Math.max(0, ...lines.keys()),
    linesSince({ seq: from, upTo, limit }: LineRange) {
      const found = [...lines.values()].filter(({ seq }) => {
        const mark = marks.get(seq)
        return mark !== undefined && !mark.late && mark.as_of > from && mark.as_of <= upTo
      })
      const sorted = found.toSorted((a, b) => a.seq - b.seq)
      return { lines: sorted.slice(0, limit), dropped: Math.max(0, found.length - limit) }
    },
  }
}

function outboxPart(journal: Journal) {
  const outbox = new Map<number, RunEntry>()
  const next = counter(journal)
  return {
    addEntry(entry: Omit<RunEntry, 'id'>) {
      const id = next()
      const added = { ...entry, id }
      journal.set(outbox, id, added)
      return added
    },
    readEntries: () => [...outbox.values()].toSorted((a, b) => a.id - b.id),
    writeEntry(entry: RunEntry) {
      if (outbox.has(entry.id)) journal.set(outbox, entry.id, entry)
    },
    dropEntry: (id: number) => journal.delete(outbox, id),
  }
}

/** Counts up. A crash takes back the numbers of the lost rows, and only those are used again. */
function counter(journal: Journal): () => number {
  const last = new Map<1, number>()
  return () => {
    const next = (last.get(1) ?? 0) + 1
    journal.set(last, 1, next)
    return next
  }
}
