import type { Group } from '../../src/durable/group-state.ts'
import type { Job } from '../../src/durable/job-state.ts'
import { isOpen } from '../../src/durable/job-state.ts'
import type { Run } from '../../src/durable/run-state.ts'
import type { Entry } from '../../src/durable/schedule.ts'
import type {
  GroupCount,
  JobPageQuery,
  LineRange,
  LinesAsOf,
  NewLine,
  RunStore,
} from '../../src/durable/store/run-store.ts'
import type { ExternalId } from '../../src/protocol/ids.ts'
import type { LogLine } from '../../src/protocol/log.ts'

/** Maps whose writes can be taken back, newest first. */
class Journal {
  private undos: (() => void)[] | undefined

  transaction<T>(work: () => T): T {
    if (this.undos !== undefined) throw new Error('a transaction is open already')
    const undos: (() => void)[] = []
    this.undos = undos
    try {
      return work()
    } catch (error) {
      for (const undo of undos.toReversed()) undo()
      throw error
    } finally {
      this.undos = undefined
    }
  }

  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const known = map.has(key)
    const before = map.get(key)
    this.note(() => {
      if (known && before !== undefined) map.set(key, before)
      else map.delete(key)
    })
    map.set(key, value)
  }

  /** Taken back, it stands at the end of the map: nobody relies on the order of one. */
  delete<K, V>(map: Map<K, V>, key: K): void {
    const before = map.get(key)
    if (before === undefined) return
    this.note(() => map.set(key, before))
    map.delete(key)
  }

  private note(undo: () => void): void {
    if (this.undos === undefined) throw new Error('nothing is written outside a transaction')
    this.undos.push(undo)
  }
}

/** A run's storage in plain maps, for tests of what stands on it. */
export function openMemoryStore(): RunStore {
  const journal = new Journal()
  return {
    transaction: (work) => journal.transaction(work),
    ...runPart(journal),
    ...groupPart(journal),
    ...jobPart(journal),
    ...outboxPart(journal),
    ...logPart(journal),
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
    waitingJobs: (limit: number) =>
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

function jobPart(journal: Journal) {
  const jobs = new Map<string, Job>()
  const numbers = new Map<string, number>()
  const put = (job: Job): void => journal.set(jobs, `${job.group}/${job.n}`, job)
  const sorted = (): Job[] => [...jobs.values()].toSorted((a, b) => a.group - b.group || a.n - b.n)
  return {
    insertJobs(rows: readonly Job[]) {
      for (const job of rows) {
        const key = `${job.group}/${job.external_id}`
        if (numbers.has(key) || jobs.has(`${job.group}/${job.n}`)) {
          throw new Error(`job ${key} is there already`)
        }
        journal.set(numbers, key, job.n)
        put(job)
      }
    },
    knownJobs: (group: number, ids: readonly ExternalId[]) =>
      new Set(ids.filter((id) => numbers.has(`${group}/${id}`))),
    readJobs: (group: number, wanted: readonly number[]) =>
      [...new Set(wanted)]
        .toSorted((a, b) => a - b)
        .flatMap((n) => jobs.get(`${group}/${n}`) ?? []),
    writeJobs(rows: readonly Job[]) {
      for (const job of rows) put(job)
    },
    readOpenJobs: () => sorted().filter(isOpen),
    changesSince: (seq: number) =>
      sorted()
        .filter((job) => job.seq > seq)
        .map(({ group, external_id, status, added }) => ({ group, external_id, status, added })),
    listing: () =>
      sorted().map(({ group, external_id, title, status }) => ({
        group,
        external_id,
        title,
        status,
      })),
    countJobs: () => countJobs(sorted()),
    pageJobs: (query: JobPageQuery) => pageJobs(sorted(), query),
  }
}

function countJobs(jobs: readonly Job[]): GroupCount[] {
  const counts = new Map<string, GroupCount>()
  for (const { group, status } of jobs) {
    const key = `${group}/${status}`
    counts.set(key, { group, status, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}

function pageJobs(jobs: readonly Job[], { after, limit, group, status }: JobPageQuery): Job[] {
  const page = jobs.filter(
    (job) =>
      (after === null ||
        job.group > after.group ||
        (job.group === after.group && job.n > after.n)) &&
      (group === undefined || job.group === group) &&
      (status === undefined || job.status === status),
  )
  return page.slice(0, limit)
}

function logPart(journal: Journal) {
  const lines = new Map<number, LogLine>()
  const marks = new Map<number, { readonly as_of: number; readonly late: boolean }>()
  let last = 0
  return {
    addLines(added: readonly NewLine[], { seq: as_of, late, keep }: LinesAsOf) {
      for (const line of added) {
        last += 1
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
  const outbox = new Map<number, Entry>()
  let last = 0
  return {
    addEntry(entry: Omit<Entry, 'id'>) {
      last += 1
      const added = { ...entry, id: last }
      journal.set(outbox, last, added)
      return added
    },
    readEntries: () => [...outbox.values()].toSorted((a, b) => a.id - b.id),
    writeEntry(entry: Entry) {
      if (outbox.has(entry.id)) journal.set(outbox, entry.id, entry)
    },
    dropEntry: (id: number) => journal.delete(outbox, id),
  }
}
