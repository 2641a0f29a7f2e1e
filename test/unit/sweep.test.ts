import { describe, expect, it } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { OldRun, RemovedPart } from '../../src/db/retention.ts'
import { Owner, RunId, type RunName } from '../../src/protocol/ids.ts'
import { sweep, type SweepPorts } from '../../src/queue/sweep.ts'

const NOW = Date.parse('2026-11-29T00:00:00.000Z')
const DAY = 86_400_000
const settings = { keep_run_ms: 90 * DAY, owner_keep_run_ms: {}, sweep_rows: 10, sweep_ms: 1_000 }

type RunWithRows = OldRun & { readonly rows: Record<RemovedPart, number> }

type Given = {
  readonly runs?: number
  readonly jobs?: number
  readonly marked?: readonly number[]
  /** Runs by their number: their objects still have them, or cannot be asked. */
  readonly living?: readonly number[]
  readonly silent?: readonly number[]
  /** What each statement takes. */
  readonly takes_ms?: number
}

/** A database of old runs in memory, each with as many jobs. */
function world({ runs = 1, jobs = 0, marked = [], living = [], silent = [], takes_ms = 0 }: Given) {
  let now = NOW
  const stored = Array.from({ length: runs }, (_, n) => oldRun(n, { jobs, marked }))
  const said: unknown[][] = []
  const calls: string[] = []
  const emptied = new Set<number>()
  const call = (what: string): void => {
    calls.push(what)
    now += takes_ms
  }
  const ports: SweepPorts = {
    async listOldRuns({ before, after, limit }) {
      call(`list before ${new Date(before).toISOString()}`)
      const from = after === null ? 0 : numberOf(after) + 1
      return stored
        .slice(from)
        .filter((_, n) => !emptied.has(from + n))
        .slice(0, limit)
    },
    async isArchived(run) {
      if (silent.includes(numberOf(run))) throw new Error('overloaded')
      return !living.includes(numberOf(run))
    },
    async markRemoved(named, at) {
      call(`mark ${named.map(numberOf).join()} at ${at - NOW}`)
    },
    async removeRows(part, { runs: named, limit }) {
      call(`remove ${part}`)
      let room = limit
      for (const { rows } of named
        .map((run) => stored[numberOf(run)])
        .filter((run) => run !== undefined)) {
        const taken = Math.min(room, rows[part])
        rows[part] -= taken
        room -= taken
      }
      return limit - room
    },
    async removeBlobs() {
      call('blobs')
    },
    async noteEmptied(named) {
      call(`emptied ${named.map(numberOf).join()}`)
      for (const run of named) emptied.add(numberOf(run))
    },
    log: (...line) => void said.push(line),
    now: () => now,
    settings,
  }
  return { ports, said, calls, stored, emptied }
}

function numberOf({ run_id }: RunName): number {
  return Number.parseInt(run_id, 16)
}

function oldRun(
  n: number,
  { jobs, marked }: { jobs: number; marked: readonly number[] },
): RunWithRows {
  return {
    owner: Owner.parse(`owner-${n % 3}`),
    run_id: RunId.parse(n.toString(16).padStart(32, '0')),
    ended_at: '2026-01-01T00:00:00.000000Z',
    marked: marked.includes(n),
    rows: { visits: 1, changes: 0, lines: jobs, jobs },
  }
}

const none = { runs: 0, kept: 0, visits: 0, changes: 0, lines: 0, jobs: 0, left: false }

describe('the sweep', () => {
  it('RUN-6: removes the parts of old runs in slices, and says how many rows of each', async () => {
    const { ports, said, calls } = world({ runs: 2, jobs: 12 })
    await sweep(ports)
    expect(calls).toEqual([
      'list before 2026-08-31T00:00:00.000Z',
      'mark 0,1 at 0',
      'remove visits',
      'remove changes',
      'remove lines',
      'remove lines',
      'remove lines',
      'remove jobs',
      'remove jobs',
      'remove jobs',
      'blobs',
      'blobs',
      'emptied 0,1',
    ])
    const counts = { ...none, runs: 2, visits: 2, lines: 24, jobs: 24, took_ms: 0 }
    expect(said).toEqual([['info', 'old runs were swept', counts]])
  })

  it('RUN-6: keeps the runs of an owner with a time of its own for that time', async () => {
    const { ports, calls } = world({ runs: 0 })
    const asked: unknown[] = []
    await sweep({
      ...ports,
      settings: { ...settings, owner_keep_run_ms: { alice: DAY, bob: 365 * DAY } },
      listOldRuns: (query) => {
        asked.push(query.of)
        return ports.listOldRuns(query)
      },
    })
    expect(asked).toEqual([{ but: ['alice', 'bob'] }, { owner: 'alice' }, { owner: 'bob' }])
    expect(calls).toEqual([
      'list before 2026-08-31T00:00:00.000Z',
      'list before 2026-11-28T00:00:00.000Z',
      'list before 2025-11-29T00:00:00.000Z',
    ])
  })

  it('says that it found nothing', async () => {
    const { ports, said } = world({ runs: 0 })
    await sweep(ports)
    expect(said).toEqual([['info', 'old runs were swept', { ...none, took_ms: 0 }]])
  })

  it('RUN-6: leaves a run that its object still has, and one whose object cannot be asked', async () => {
    const { ports, said, calls, stored } = world({ runs: 4, jobs: 3, living: [1], silent: [2] })
    await sweep(ports)
    expect(calls).toContain('mark 0,3 at 0')
    expect(stored.map(({ rows }) => rows.jobs)).toEqual([0, 3, 3, 0])
    expect(said).toMatchObject([
      ['warn', expect.stringContaining('could not be asked'), { run_id: stored[2]?.run_id }],
      ['info', 'old runs were swept', { runs: 2, kept: 2, jobs: 6 }],
    ])
  })

  it('RUN-6: asks no object about a run whose removal has begun', async () => {
    const { ports, emptied } = world({ runs: 2, jobs: 3, marked: [0], silent: [0, 1] })
    await sweep(ports)
    expect([...emptied]).toEqual([0])
  })

  it('marks and removes nothing if no run may go', async () => {
    const { ports, calls } = world({ runs: 2, living: [0, 1] })
    await sweep(ports)
    expect(calls).toEqual(['list before 2026-08-31T00:00:00.000Z'])
  })

  it('reads page after page, and passes runs that stay', async () => {
    const living = Array.from({ length: 60 }, (_, n) => n)
    const { ports, emptied, said } = world({ runs: 170, living })
    await sweep(ports)
    expect(emptied.size).toBe(110)
    expect(said).toMatchObject([['info', 'old runs were swept', { runs: 110, kept: 60 }]])
  })

  it('RUN-6: stops when its time is over, and the next one goes on', async () => {
    const { ports, said, calls, emptied } = world({ runs: 1, jobs: 100, takes_ms: 170 })
    await sweep(ports)
    expect(calls).toHaveLength(6)
    expect(said).toMatchObject([['info', 'old runs were swept', { runs: 0, left: true }]])
    for (let firing = 0; firing < 50 && emptied.size === 0; firing += 1) await sweep(ports)
    expect(said.at(-1)).toMatchObject(['info', 'old runs were swept', { runs: 1, left: false }])
  })

  it('stays within the subrequests of an invocation', async () => {
    const { ports } = world({ runs: 9_000 })
    let calls = 0
    const count =
      <A extends unknown[], R>(call: (...given: A) => R) =>
      (...given: A): R => {
        calls += 1
        return call(...given)
      }
    await sweep({
      ...ports,
      listOldRuns: count(ports.listOldRuns),
      isArchived: count(ports.isArchived),
      markRemoved: count(ports.markRemoved),
      removeRows: count(ports.removeRows),
      removeBlobs: count(ports.removeBlobs),
      noteEmptied: count(ports.noteEmptied),
    })
    expect(calls).toBeGreaterThan(7_000)
    expect(calls).toBeLessThan(10_000)
  })

  it.each([
    ['warn', new DatabaseUnavailable({ cause: new Error('refused') })],
    ['error', new TypeError('broken')],
  ])('breaks off with a %s, and says what it has done', async (level, error) => {
    const { ports, said } = world({ runs: 1, jobs: 5 })
    const removeRows: SweepPorts['removeRows'] = async (part, slice) => {
      if (part === 'jobs') throw error
      return ports.removeRows(part, slice)
    }
    await sweep({ ...ports, removeRows })
    expect(said).toMatchObject([
      [level, expect.stringContaining('broke off'), { lines: 5, jobs: 0, runs: 0 }],
    ])
  })
})
