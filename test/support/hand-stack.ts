import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, vi } from 'vitest'
import { z } from 'zod'

import { heapBytes } from '../../bench/watch/heap.ts'
import { writeWorkerEnvironment } from '../../scripts/start/worker-environment.ts'
import { layOutWorker } from '../../scripts/worker/code.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { JobPage, RunView } from '../../src/protocol/run.ts'

const ROOT = join(import.meta.dirname, '../..')
const OWNER = 'alice'
const END_MS = 15_000

const Ready = z.object({ ready: z.string() })
const Token = z.object({ token: z.string() })

/** A real `wrangler dev` without Postgres, whose runs are moved by hand (`test/worker/hand-worker.ts`). */
export class HandStack {
  readonly origin: string
  readonly token: string
  private readonly child: ChildProcess
  private readonly data: string

  private constructor(child: ChildProcess, found: { data: string; origin: string; token: string }) {
    this.child = child
    this.data = found.data
    this.origin = found.origin
    this.token = found.token
  }

  /** A lease outlives every test, so that only the hand changes a run. */
  static async start(settings: object = {}): Promise<HandStack> {
    const data = realpathSync(mkdtempSync(join(tmpdir(), 'runcast-hand-')))
    layOut(data, { lease_ms: 3_600_000, unclaimed_ms: 300_000, ...settings })
    const code = await layOutWorker(data, { entry: join(ROOT, 'test/worker/hand-worker.ts') })
    const child = fork(join(ROOT, 'scripts/worker/process.ts'), [data, '0', ...code], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    try {
      const origin = Ready.parse(await firstMessage(child)).ready
      await untilHealthy(origin)
      const { token } = Token.parse(await post(`${origin}/api/dev/token`, { sub: OWNER }))
      return new HandStack(child, { data, origin, token })
    } catch (error) {
      child.kill('SIGTERM')
      throw error
    }
  }

  get port(): number {
    return Number(new URL(this.origin).port)
  }

  /** A run of so many jobs, all of them at work. */
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

  /** How often the run's object was made anew; it is not woken by being asked. */
  async constructed(run_id: RunId): Promise<number> {
    return z.object({ answer: z.int() }).parse(await this.hand('constructed', { run_id })).answer
  }

  async view(run_id: RunId): Promise<RunView> {
    return RunView.parse(await this.get(`/api/runs/${run_id}`))
  }

  /** Each job's status, as the object has it. */
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

  /** What the Worker's isolate holds, in bytes, once what is garbage is collected. */
  heap(): Promise<number> {
    return heapBytes(this.origin)
  }

  async close(): Promise<void> {
    const late = setTimeout(() => this.child.kill('SIGKILL'), END_MS)
    this.child.kill('SIGTERM')
    if (this.child.exitCode === null && this.child.signalCode === null)
      await once(this.child, 'exit')
    clearTimeout(late)
    rmSync(this.data, { recursive: true, force: true })
  }

  private async get(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}` }
    return (await fetch(`${this.origin}${path}`, { headers })).json()
  }

  private hand(what: string, body: object): Promise<unknown> {
    return post(`${this.origin}/api/hand/${what}`, body)
  }
}

function layOut(data: string, settings: object): void {
  mkdirSync(join(data, 'page'))
  writeFileSync(join(data, 'page', 'index.html'), '')
  writeWorkerEnvironment(data, {
    DATABASE_URL: 'postgresql://nobody:nothing@unset.invalid/none',
    NEON_ENDPOINT: 'http://127.0.0.1:9/sql',
    EGRESS_ALLOW: '',
    SETTINGS: JSON.stringify(settings),
  })
}

async function firstMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController()
  child.once('exit', () => ended.abort())
  const [message]: unknown[] = await once(child, 'message', { signal: ended.signal })
  return message
}

/** Wrangler says that it is ready before its Worker is there. */
async function untilHealthy(origin: string): Promise<void> {
  const check = async () => expect((await fetch(`${origin}/api/health`)).status).toBe(200)
  await vi.waitFor(check, { timeout: 60_000, interval: 100 })
}

async function post(address: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return response.json()
}
