import { BenchFailure } from '../failure.ts'
import type { Workplace } from '../workplace.ts'
import { bullmq } from './bullmq.ts'
import type { Options } from './options.ts'
import { makeRows } from './peer.ts'
import { pgBoss } from './pg-boss.ts'
import { type OwnPostgres, postgresPrograms, startOwnPostgres } from './postgres.ts'
import type { MeasuredQueue, QueueKind } from './queue.ts'
import { runcast } from './runcast.ts'

const kinds: readonly QueueKind[] = [runcast, bullmq, pgBoss]

export type Queues = {
  readonly postgres: OwnPostgres
  readonly queues: readonly MeasuredQueue[]
  /** The names of those whose programs or packages are missing. */
  readonly skipped: readonly string[]
}

/** Starts Postgres, and all wanted queues that are installed. */
export async function startQueues(workplace: Workplace, { jobs, only }: Options): Promise<Queues> {
  const bin = postgresPrograms()
  if (bin === undefined)
    throw new BenchFailure('Postgres is not installed: see bench/queues/peers/install.sh')
  const postgres = await startOwnPostgres(workplace, bin)
  await makeRows(postgres.client)
  const wanted = kinds.filter(({ name }) => only.some((one) => one === name))
  const installed = wanted.filter((kind) => kind.isInstalled())
  const queues: MeasuredQueue[] = []
  for (const kind of installed) queues.push(await kind.start({ workplace, postgres, jobs }))
  const skipped = wanted.filter((kind) => !installed.includes(kind)).map(({ name }) => name)
  return { postgres, queues, skipped }
}
