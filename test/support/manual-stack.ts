import { randomBytes } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import { heapBytes } from '../../bench/watch/heap.ts'
import type { Child } from '../../scripts/start/child.ts'
import { workerChild } from '../../scripts/start/children.ts'
import { layOutAlone } from '../../scripts/worker/alone.ts'
import { layOutWorker } from '../../scripts/worker/code.ts'
import { untilHealthy } from '../../scripts/worker/health.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { JobPage, RunView } from '../../src/protocol/run.ts'
import { devToken } from './dev-token.ts'
import { postJson } from './post-json.ts'
import { handWorker } from './worker-code.ts'

const OWNER = 'alice'

type Found = { data: string; origin: string; token: string; said: readonly string[] }

/** A real `wrangler dev` without Postgres. Tests change its runs by calls (`test/worker/manual-worker.ts`). */
export class ManualStack {
  readonly origin: string
  readonly token: string
  private readonly child: Child
  private readonly data: string
  private readonly said: readonly string[]

  private constructor(child: Child, found: Found) {
    this.child = child
    this.data = found.data
    this.said = found.said
    this.origin = found.origin
    this.token = found.token
  }

  /** A lease lasts longer than any test, so that only the test changes a run. */
  static async start(settings: object = {}): Promise<ManualStack> {
    const data = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-hand-')))
    layOutAlone(data, { lease_ms: 3_600_000, unclaimed_ms: 300_000, ...settings })
    const code = await layOutWorker(data, handWorker)
    const said: string[] = []
    const child = workerChild(
      { data, port: 0 },
      () => code,
      (line) => said.push(line),
    )
    try {
      const origin = await child.start()
      await untilHealthy(origin)
      return new ManualStack(child, { data, origin, said, token: await devToken(origin, OWNER) })
    } catch (error) {
      await child.stop()
      throw error
    }
  }

  get port(): number {
    return Number(new URL(this.origin).port)
  }

  /** Makes a run with so many jobs, all of them at work. */
  async create(jobs: number): Promise<RunId> {
    const run_id = RunId.parse(randomBytes(16).toString('hex'))
    await this.hand('create', { run_id, owner: OWNER, jobs })
    return run_id
  }

  async change(run_id: RunId, changes: number, a_second = 100_000): Promise<void> {
    await this.hand('change', { run_id, changes, a_second })
  }

  async finish(run_id: RunId): Promise<void> {
    await this.hand('finish', { run_id })
  }

  /** Returns how often the run's object was constructed. The call does not wake the object. */
  async constructed(run_id: RunId): Promise<number> {
    return z.object({ answer: z.int() }).parse(await this.hand('constructed', { run_id })).answer
  }

  async view(run_id: RunId): Promise<RunView> {
    return RunView.parse(await this.get(`/api/runs/${run_id}`))
  }

  /** Reads each job's status from the object. */
  async jobs(run_id: RunId): Promise<Record<string, string>> {
    const all: JobPage['jobs'] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: JobPage = JobPage.parse(
        await this.get(`/api/runs/${run_id}/jobs?limit=1000${from}`),
      )
      all.push(...page.jobs)
      cursor = page.next_cursor
    }
    return Object.fromEntries(all.map(({ external_id, status }) => [external_id, status]))
  }

  /** Measures the memory of the Worker's isolate in bytes, after a garbage collection. */
  heap(): Promise<number> {
    return heapBytes(this.origin)
  }

  async close(): Promise<void> {
    await this.child.stop()
    rmSync(this.data, { recursive: true, force: true })
    // The Worker was started again, so what the test has seen may be wrong although it looks right.
    if (this.said.length > 0) throw new Error(this.said.join('\n'))
  }

  private async get(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}` }
    return (await fetch(`${this.origin}${path}`, { headers })).json()
  }

  private hand(what: string, body: object): Promise<unknown> {
    return postJson(`${this.origin}/api/hand/${what}`, body)
  }
}
