import { CONNECTIONS, createGate } from '../../gate.ts'
import type { Entry } from '../outbox/entry.ts'
import type { PostQueue, PostQueues } from './run-messages.ts'
import { post } from './run-messages.ts'
import type { Run } from './run-state.ts'

/** The Worker's bindings that a run's messages go to. */
export type PostEnv = {
  readonly PLAN_QUEUE: PostQueues['plan']
  readonly INGESTION_QUEUE: PostQueues['flight']
  readonly DOCUMENTS_QUEUE: PostQueues['flight']
  readonly CHECKPOINT_QUEUE: PostQueues['checkpoint']
}

type Parts = {
  readonly env: PostEnv
  readonly run: () => Run | undefined
  /** These could not be sent, and why: the alarm sends them. */
  readonly unsent: (entries: readonly Entry[], error: unknown) => void
}

/** Sends a run's messages, each to the queue of its kind and of the run's pipeline. */
export class RunPost {
  private readonly parts: Parts
  /** All requests of an object share six connections. Only sends use them. */
  private readonly gate = createGate(CONNECTIONS)

  constructor(parts: Parts) {
    this.parts = parts
  }

  async send(entries: readonly Entry[]): Promise<void> {
    const { env, run: current, unsent } = this.parts
    const run = current()
    if (run === undefined) return
    const queues = queuesOf(env, run)
    const gated = {
      plan: this.gated(queues.plan),
      flight: this.gated(queues.flight),
      checkpoint: this.gated(queues.checkpoint),
    }
    const failures = await post(gated, run.run_id, entries)
    for (const failure of failures) unsent(failure.entries, failure.error)
  }

  private gated<M>(queue: PostQueue<M>): PostQueue<M> {
    return { sendBatch: (messages) => this.gate(() => queue.sendBatch(messages)) }
  }
}

function queuesOf(env: PostEnv, { pipeline }: Run): PostQueues {
  const flights: Record<string, PostQueues['flight']> = {
    ingestion: env.INGESTION_QUEUE,
    documents: env.DOCUMENTS_QUEUE,
  }
  const flight = flights[pipeline]
  if (flight === undefined) throw new Error(`no queue is bound for the pipeline ${pipeline}`)
  return { plan: env.PLAN_QUEUE, flight, checkpoint: env.CHECKPOINT_QUEUE }
}
