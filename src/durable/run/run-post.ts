import { CONNECTIONS, createGate } from '../../gate.ts'
import type { Entry } from '../outbox/entry.ts'
import type { PostQueue, PostQueues } from './run-messages.ts'
import { post } from './run-messages.ts'
import type { Run } from './run-state.ts'

/** The Worker's bindings that a run's messages go to. */
export type PostEnv = {
  readonly PLAN_QUEUE: PostQueues['plan']
  readonly CHECKPOINT_QUEUE: PostQueues['checkpoint']
}

/** Finds the queue for a pipeline's flights. Undefined: this deployment cannot run that pipeline. */
export type FlightQueues = (pipeline: string) => PostQueues['flight'] | undefined

type Parts = {
  readonly env: PostEnv
  readonly flights: FlightQueues
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

  /** Never rejects because of a queue: what a queue did not take goes to `unsent`. */
  async send(entries: readonly Entry[]): Promise<void> {
    const { env, flights, run: current, unsent } = this.parts
    const run = current()
    if (run === undefined) return
    const queues = {
      plan: this.gated(env.PLAN_QUEUE),
      flight: this.gated(flights(run.pipeline) ?? noQueue(run)),
      checkpoint: this.gated(env.CHECKPOINT_QUEUE),
    }
    const failures = await post(queues, run.run_id, entries)
    for (const failure of failures) unsent(failure.entries, failure.error)
  }

  private gated<M>(queue: PostQueue<M>): PostQueue<M> {
    return { sendBatch: (messages) => this.gate(() => queue.sendBatch(messages)) }
  }
}

/** Another version started the run: its plans and checkpoints are sent, and its flights wait for that version. */
function noQueue({ pipeline }: Run): PostQueues['flight'] {
  return {
    sendBatch: () => Promise.reject(new Error(`no queue is bound for the pipeline ${pipeline}`)),
  }
}
