import { setTimeout as delay } from 'node:timers/promises'

import { BenchFailure } from '../failure.ts'
import { load } from '../machine.ts'
import { ProcessTree } from '../process-tree.ts'
import type { Options } from './options.ts'
import type { MeasuredQueue, Stored } from './queue.ts'
import type { Queues } from './queues.ts'

const POLL_MS = 25
/** The time for what is left to do after the last row: jobs are marked as done, and runs reach their end. */
const REST_MS = 3_000

/** The time of all jobs of a queue: from the first one given to the last row. */
export type Timed = {
  readonly name: string
  readonly ms: number
  /** Processor seconds of the queue with its workers, and of Postgres. */
  readonly cpu_s: number
  readonly postgres_cpu_s: number
  readonly load: number
}

/** The result of a round in which a queue's workers were killed once `killed_at` rows were written. */
export type Killed = {
  readonly name: string
  readonly killed_at: number
  /** Jobs whose row is missing at the end, and executions after the first. */
  readonly lost: number
  readonly repeated: number
  /** The time from the kill to the last row. */
  readonly back_ms: number
}

export type Measured = { readonly timed: readonly Timed[]; readonly killed: readonly Killed[] }

/** Measures all queues in turn, each round in another order. Then kills the workers of each. */
export async function measureQueues(
  { queues, postgres }: Queues,
  options: Options,
  report: (line: string) => void,
): Promise<Measured> {
  const database = new ProcessTree([postgres.pid])
  const timed: Timed[] = []
  for (let round = 0; round < options.rounds; round++)
    for (const queue of turned(queues, round)) {
      timed.push(await measureTime(queue, database, options))
      report(`round ${round + 1}: ${queue.name}`)
    }
  const killed: Killed[] = []
  for (const queue of queues) {
    killed.push(await measureKill(queue, options))
    report(`killed: ${queue.name}`)
  }
  return { timed, killed }
}

function turned<T>(all: readonly T[], by: number): T[] {
  return all.map((_, at) => all[(at + by) % all.length]).filter((one) => one !== undefined)
}

async function measureTime(
  queue: MeasuredQueue,
  database: ProcessTree,
  { jobs, patience }: Options,
): Promise<Timed> {
  await queue.clear()
  const before = { load: load(), cpu: queue.cpuSeconds(), postgres: database.cpuSecondsOfAll() }
  const began = performance.now()
  await queue.give()
  const { rows } = await untilRows(queue, jobs, patience)
  const ms = performance.now() - began
  if (rows !== jobs) throw new BenchFailure(`${queue.name} wrote ${rows} of ${jobs} rows`)
  const cpu_s = queue.cpuSeconds() - before.cpu
  const postgres_cpu_s = database.cpuSecondsOfAll() - before.postgres
  await delay(REST_MS)
  return { name: queue.name, ms, cpu_s, postgres_cpu_s, load: before.load }
}

async function measureKill(queue: MeasuredQueue, { jobs, patience }: Options): Promise<Killed> {
  await queue.clear()
  const given = queue.give()
  const { rows: killed_at } = await untilRows(queue, jobs / 2, patience)
  await given
  const began = performance.now()
  await queue.kill()
  const { rows, last } = await untilRows(queue, jobs, patience)
  await delay(REST_MS)
  const { repeated } = await queue.stored()
  return { name: queue.name, killed_at, lost: jobs - rows, repeated, back_ms: last - began }
}

/** Waits for so many rows, or until no row has come for `patience` seconds. `last`: when the last one was seen. */
async function untilRows(
  queue: MeasuredQueue,
  wanted: number,
  patience: number,
): Promise<Stored & { readonly last: number }> {
  let rows = -1
  let last = performance.now()
  for (;;) {
    const stored = await queue.stored()
    if (stored.rows !== rows) last = performance.now()
    rows = stored.rows
    if (rows >= wanted || performance.now() - last > patience * 1_000) return { ...stored, last }
    await delay(POLL_MS)
  }
}
