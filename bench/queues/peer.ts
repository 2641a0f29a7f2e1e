import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Client } from 'pg'
import { z } from 'zod'

import type { Partner } from '../partner.ts'
import { ProcessTree } from '../process-tree.ts'
import type { MeasuredQueue, QueueStart, Stored } from './queue.ts'

const PEERS = join(import.meta.dirname, 'peers')
const GIVE_MS = 120_000

const Given = z.object({ given: z.int() })
const Rows = z.tuple([z.object({ rows: z.int(), repeated: z.int() })])

type PeerPlan = {
  readonly name: string
  readonly writes: string
  /** The script of its producer and of its worker: the first argument says which. */
  readonly script: string
  readonly args: readonly string[]
  /** The processes that keep its jobs, if Postgres does not. */
  readonly stores: readonly number[]
}

/** Returns true if `install.sh` has installed this package. */
export function isPackageInstalled(name: string): boolean {
  return existsSync(join(PEERS, 'node_modules', name, 'package.json'))
}

/** Starts a producer and a worker of another queue, each a Node process of its own. */
export async function startPeer(
  { name, writes, script, args, stores }: PeerPlan,
  { workplace, postgres: { client }, jobs }: QueueStart,
): Promise<MeasuredQueue> {
  const start = (role: 'producer' | 'worker') =>
    workplace.start({
      name: `${name}, ${role}`,
      script: join(PEERS, script),
      args: [role, ...args],
    })
  const producer = await start('producer')
  let worker: Partner = await start('worker')
  const cpuSeconds = () => new ProcessTree([producer.pid, worker.pid, ...stores]).cpuSeconds()
  return {
    name,
    writes,
    clear: async () => void (await client.query('TRUNCATE job_rows')),
    give: async () => void (await producer.ask({ give: jobs }, Given, GIVE_MS)),
    stored: () => readRows(client),
    kill: async () => {
      await worker.kill()
      worker = await start('worker')
    },
    cpuSeconds,
  }
}

/** The table of all peers. One of them works at a time. */
export async function makeRows(client: Client): Promise<void> {
  await client.query(
    'CREATE TABLE job_rows (key text PRIMARY KEY, body text NOT NULL, executions integer NOT NULL DEFAULT 1)',
  )
}

async function readRows(client: Client): Promise<Stored> {
  const { rows } = await client.query(
    'SELECT count(*)::int AS rows, coalesce(sum(executions - 1), 0)::int AS repeated FROM job_rows',
  )
  return Rows.parse(rows)[0]
}
