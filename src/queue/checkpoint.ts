import { DatabaseUnavailable } from '../db/connect.ts'
import type { JobPosition, RunCheckpoint, RunRpc } from '../durable/run/run-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { RunName } from '../protocol/ids.ts'
import { CheckpointMessage } from '../protocol/messages.ts'
import type { StoredJob } from '../protocol/run.ts'
import type { Consumer, ConsumerPorts } from './consumer.ts'

/** The most jobs, or log lines, of a run that one statement writes. */
export const STATEMENT_ROWS = 1_000

export type CheckpointConsumerPorts = ConsumerPorts & {
  readonly writeRun: (checkpoint: RunCheckpoint) => Promise<void>
  /** Resolves to the jobs that Postgres refused. */
  readonly writeJobs: (run: RunName, rows: readonly StoredJob[]) => Promise<readonly unknown[]>
  /** The most jobs that one statement writes. */
  readonly rows: number
  readonly unavailable_ms: number
}

/** Writes a run's state to Postgres, and at the run's end every job too. */
export function checkpointConsumer(ports: CheckpointConsumerPorts): Consumer<CheckpointMessage> {
  return {
    message: CheckpointMessage,
    async consume({ run_id }) {
      const run = ports.run(run_id)
      const checkpoint = await run.checkpoint()
      if (checkpoint === undefined) return
      const begun = Date.now()
      try {
        if (checkpoint.terminal) await writeJobs({ run, run_id, owner: checkpoint.owner }, ports)
        RUNCAST_FAILPOINTS && (await failpoint('checkpoint.jobs'))
        await ports.writeRun(checkpoint)
        RUNCAST_FAILPOINTS && (await failpoint('checkpoint.row'))
      } catch (error) {
        await giveBack(run, { error, seq: checkpoint.seq, begun }, ports)
        return
      }
      const { seq, view } = checkpoint
      await run.checkpointed({ seq, ...(view.named === undefined ? {} : { named: view.named }) })
    },
  }
}

type Failed = { readonly error: unknown; readonly seq: number; readonly begun: number }

/** Gives the checkpoint back for a later try. If Postgres refused it, the object learns that Postgres can be reached. */
async function giveBack(
  run: RunRpc,
  { error, seq, begun }: Failed,
  { unavailable_ms: wait_ms }: CheckpointConsumerPorts,
): Promise<void> {
  if (error instanceof DatabaseUnavailable) {
    await run.releaseCheckpoint({ wait_ms, took_ms: Date.now() - begun })
    return
  }
  await run.releaseCheckpoint({ wait_ms, refused: { seq } })
  throw error
}

type CheckpointSource = RunName & { readonly run: RunRpc }

/** The object is asked for the jobs of so many statements at once: each question is a call that is billed. */
const PAGE_STATEMENTS = 5

/** Writes the jobs before the run, so that an ended run in Postgres has all of its jobs there. */
async function writeJobs(
  { run, run_id, owner }: CheckpointSource,
  ports: CheckpointConsumerPorts,
): Promise<void> {
  let after: JobPosition | null = null
  do {
    const page: Awaited<ReturnType<RunRpc['checkpointPage']>> = await run.checkpointPage({
      after,
      limit: ports.rows * PAGE_STATEMENTS,
    })
    for (let from = 0; from < page.rows.length; from += ports.rows) {
      const rows = page.rows.slice(from, from + ports.rows)
      const refused = await ports.writeJobs({ owner, run_id }, rows)
      if (refused.length > 0)
        ports.log('error', 'Postgres refused some jobs of a run', { owner, run_id, refused })
    }
    after = page.next
  } while (after !== null)
}
