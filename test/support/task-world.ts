import type { Removal, Slice } from '../../src/db/erasure.ts'
import type { DocumentFiles } from '../../src/db/matter-deletion.ts'
import type { RetryAnswer } from '../../src/durable/run/run-rpc.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { StepPorts } from '../../src/tasks/task-ports.ts'

const RUNS = 25
const ROWS = 7
const SWEEP = 3

/** What the steps of tasks act on, in memory. Each of the 25 runs has seven jobs and two blobs; there are nine documents. */
export class TaskWorld {
  now = 1_000
  /** How often older statements are still under way. */
  busy = 0
  bulk_runs = 1_000
  /** Runs that the owner's list has when it is asked for the second time. */
  late: readonly RunId[] = []
  readonly runs = new Set<RunId>()
  readonly live = new Set<RunId>()
  readonly needed = new Set<RunId>()
  readonly erased = new Set<RunId>()
  readonly aborted = new Map<RunId, number>()
  readonly done: string[] = []
  private readonly tables = new Map<string, { run_id: RunId | null }[]>()
  private readonly blobs = new Set<string>()
  private readonly files = new Set<string>()
  private readonly fences = new Set<RunId>()
  private readonly removals = new Map<string, number>()
  private documents: DocumentFiles[] = []
  private listed: RunId[] = []
  private asked = 0

  constructor() {
    for (let n = 0; n < RUNS; n += 1) this.addRun(RunId.parse(n.toString(16).padStart(32, '0')))
    for (let n = 0; n < 9; n += 1) {
      const [file_key, text_key] = [`file ${n}`, n % 2 === 0 ? `text ${n}` : null]
      this.documents.push({ document_id: `d${n}`, file_key, text_key })
      this.files.add(file_key)
      if (text_key !== null) this.files.add(text_key)
    }
    this.table('companies').push({ run_id: null })
    this.listed = [...this.runs]
  }

  /** The runs as an action on many runs meets them: ten go on, one is archived, one is gone. */
  asListed(): this {
    for (const [n, run_id] of [...this.runs].entries()) if (n < 10) this.live.add(run_id)
    this.erased.add([...this.runs][24] ?? RunId.parse(''))
    return this
  }

  /** What is left of everything. */
  left(): readonly string[] {
    const rows = [...this.tables].filter(([, kept]) => kept.length > 0).map(([name]) => name)
    const ids = [...this.blobs, ...this.files, ...this.fences, ...this.erased, ...this.listed]
    return [
      ...rows,
      ...ids,
      ...this.documents.map(({ document_id }) => document_id),
      ...this.removals.keys(),
    ]
  }

  get ports(): StepPorts {
    return {
      run: (run_id) => this.run(run_id),
      owner: () => ({
        runs: () => Promise.resolve(this.listNow()),
        forget: ({ run_ids }) => {
          this.listed = this.listed.filter((run_id) => !run_ids.includes(run_id))
          return Promise.resolve()
        },
        erase: () => {
          this.listed = []
          return Promise.resolve()
        },
      }),
      fences: this.fencePort(),
      rows: this.rowPort(),
      company: {
        drop: () => Promise.resolve(undefined),
        lastVisit: () => Promise.resolve(0),
        runs: () => Promise.resolve([]),
        blank: () => Promise.resolve(),
        forget: () => Promise.resolve(),
      },
      documents: {
        runs: () => Promise.resolve([]),
        files: (_, limit) => Promise.resolve(this.documents.slice(0, limit)),
        removeTexts: () => Promise.resolve(undefined),
        remove: (_, held) => {
          const ids = new Set(held.map(({ document_id }) => document_id))
          this.note(
            'documents',
            this.documents.filter(({ document_id }) => ids.has(document_id)).length,
          )
          this.documents = this.documents.filter(({ document_id }) => !ids.has(document_id))
          return Promise.resolve()
        },
        removeMatter: () => Promise.resolve('removed'),
        revokeTokens: () => Promise.resolve(),
      },
      list: this.listPort(),
      blobs: {
        list: (prefix) => Promise.resolve([...this.blobs].filter((key) => key.startsWith(prefix))),
        remove: (keys) => Promise.resolve(keys.forEach((key) => this.blobs.delete(key))),
      },
      files: { remove: (keys) => Promise.resolve(keys.forEach((key) => this.files.delete(key))) },
      now: () => this.now,
      settings: { fence_ms: 1_000, sweep_rows: SWEEP, bulk_runs: this.bulk_runs },
    }
  }

  private addRun(run_id: RunId): void {
    this.runs.add(run_id)
    this.table('runs').push({ run_id })
    for (let n = 0; n < ROWS; n += 1) this.table('run_jobs').push({ run_id })
    for (const page of [0, 1]) this.blobs.add(`runs/${run_id}/acme/1/${page}.json`)
  }

  private listNow(): readonly RunId[] {
    this.asked += 1
    if (this.asked === 2) {
      this.listed.push(...this.late)
      for (const run_id of this.late) this.addRun(run_id)
      this.late = []
    }
    return [...this.listed]
  }

  private table(name: string) {
    const rows = this.tables.get(name) ?? []
    this.tables.set(name, rows)
    return rows
  }

  private note(part: string, count: number): void {
    if (count > 0) this.removals.set(part, (this.removals.get(part) ?? 0) + count)
  }

  private run(run_id: RunId): ReturnType<StepPorts['run']> {
    const n = Number.parseInt(run_id, 16)
    const isGone = this.erased.has(run_id)
    return {
      erase: ({ ended_only }) => {
        if (ended_only === true && this.live.has(run_id))
          return Promise.resolve({ kind: 'goes_on' })
        this.erased.add(run_id)
        return Promise.resolve({ kind: 'erased' })
      },
      vanish: () => {
        this.erased.delete(run_id)
        return Promise.resolve()
      },
      abort: async ({ by }) => {
        if (isGone) return { kind: 'unknown' }
        if (this.live.has(run_id) && !this.aborted.has(run_id)) this.aborted.set(run_id, this.now)
        // Somebody aborted one of the others long before.
        const at = this.aborted.get(run_id) ?? (n === 10 ? 0 : undefined)
        if (at === undefined) return { kind: 'ended', status: 'finished' }
        const receipt = { at: new Date(at).toISOString(), by, seq: 1, in_flight: 0 }
        return { kind: 'aborted', receipt }
      },
      retry: () => Promise.resolve(this.retried(run_id, n)),
      rename: () => {
        if (isGone) return Promise.resolve({ kind: 'unknown' })
        if (n === 3) return Promise.resolve({ kind: 'archived' })
        return Promise.resolve(n === 4 ? { kind: 'too_many' } : { kind: 'named', naming: {} })
      },
    }
  }

  private retried(run_id: RunId, n: number): RetryAnswer {
    if (this.erased.has(run_id)) return { kind: 'unknown' }
    if (n === 11) return { kind: 'nothing', archived: true }
    if (!this.live.has(run_id)) return { kind: 'nothing' }
    return { kind: 'retried', round: 2, jobs: 2, groups: 0 }
  }

  private fencePort(): StepPorts['fences'] {
    return {
      set: (_, run_ids) => {
        this.done.push('fence')
        for (const run_id of run_ids) this.fences.add(RunId.parse(run_id))
        return Promise.resolve('1')
      },
      moment: () => Promise.resolve('1'),
      isAlone: () => {
        this.busy -= 1
        this.done.push(this.busy < 0 ? 'alone: yes' : 'alone: no')
        return Promise.resolve(this.busy < 0)
      },
      list: (_, { after, limit }) =>
        Promise.resolve(
          [...this.fences]
            .toSorted()
            .filter((id) => id > after)
            .slice(0, limit),
        ),
      lift: (_, run_ids) => {
        this.done.push('lift')
        for (const run_id of run_ids) this.fences.delete(RunId.parse(run_id))
        return Promise.resolve()
      },
    }
  }

  private rowPort(): StepPorts['rows'] {
    return {
      remove: (slice, removal) => Promise.resolve(this.removeRows(slice, removal)),
      counted: () =>
        Promise.resolve({ ...Object.fromEntries(this.removals), objects: this.fences.size }),
      drop: () => {
        this.done.push('drop')
        this.removals.clear()
        return Promise.resolve()
      },
      tables: () => Promise.resolve([...this.tables.keys()].toSorted()),
      forgetRun: () => Promise.resolve(0),
      documentsOf: ({ run_id }) => Promise.resolve(this.needed.has(RunId.parse(run_id)) ? 1 : 0),
      runIds: ({ after, limit }) => {
        const ids = this.table('runs').flatMap(({ run_id }) => run_id ?? [])
        return Promise.resolve(
          ids
            .toSorted()
            .filter((id) => id > after)
            .slice(0, limit),
        )
      },
      hasAny: (table) => Promise.resolve(this.table(table).length > 0),
    }
  }

  private removeRows({ limit }: Slice, { table, params }: Removal) {
    this.done.push(`rows: ${table}`)
    const kept = this.table(table)
    const [run_id] = params
    const gone = kept.filter((row) => run_id === undefined || row.run_id === run_id).slice(0, limit)
    this.tables.set(
      table,
      kept.filter((row) => !gone.includes(row)),
    )
    this.note(table, gone.length)
    return { removed: gone.length, total: this.removals.get(table) ?? 0 }
  }

  private listPort(): StepPorts['list'] {
    const ids = [...this.runs].toSorted().toReversed()
    return {
      runs: ({ cursor = 'g', limit }) => {
        const rest = ids.filter((id) => id < cursor)
        const page = rest.slice(0, limit)
        const runs = page.map((run_id) => ({
          run_id,
          pipeline: 'letters',
          status: 'finished' as const,
          created_at: '2026-01-01T00:00:00.000Z',
          ended_at: null,
          total: 0,
          subject: null,
          group_counts: null,
          problems: { groups: 0, jobs: 0 },
          snapshot: null,
        }))
        const next_cursor = rest.length > limit ? (page.at(-1) ?? null) : null
        return Promise.resolve({ kind: 'page', page: { runs, next_cursor } })
      },
      count: () =>
        Promise.resolve({
          pending: 0,
          initializing: 0,
          ingesting: 10,
          finished: ids.length - 10,
          error: 0,
          aborted: 0,
          with_problems: 3,
        }),
      renameArchived: () => Promise.resolve({ kind: 'named', naming: {} }),
    }
  }
}
