import { DatabaseUnavailable } from '../db/connect.ts'
import type { JobPosition, RunCheckpoint, RunRpc } from '../durable/run/run-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { RunName } from '../protocol/ids.ts'
import { CheckpointMessage } from '../protocol/messages.ts'
import type { StoredJob } from '../protocol/run.ts'
import type { Consumer, ConsumerPorts } from './consumer.ts'

export type CheckpointConsumerPorts = ConsumerPorts & {
  readonly writeRun: (checkpoint: RunCheckpoint) => Promise<void>
  readonly writeJobs: (run: RunName, rows: readonly StoredJob[]) => Promise<void>
  /** Jobs in one statement. */
  readonly rows: number
  readonly unavailable_ms: number
}

/** Brings a run's state to Postgres, and once it is terminal every job's (step 5 of its way). */
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
      await run.checkpointed({ seq: checkpoint.seq })
    },
  }
}

type Failed = { readonly error: unknown; readonly seq: number; readonly begun: number }

/** It is tried again later; what Postgres answered, though it was a refusal, says that it is there. */
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

/** The jobs come first: a terminal run in Postgres has all of its jobs there. */
async function writeJobs(
  { run, run_id, owner }: CheckpointSource,
  ports: CheckpointConsumerPorts,
): Promise<void> {
  let after: JobPosition | null = null
  do {
    const page: Awaited<ReturnType<RunRpc['checkpointPage']>> = await run.checkpointPage({
      after,
      limit: ports.rows,
    })
    if (page.rows.length > 0) await ports.writeJobs({ owner, run_id }, page.rows)
    after = page.next
  } while (after !== null)
}
