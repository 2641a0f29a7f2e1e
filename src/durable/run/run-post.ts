import { CONNECTIONS, createGate } from '../../gate.ts'
import type { FlightMessage, PlanMessage, StateMessage } from '../../protocol/messages.ts'
import { type MessageQueue, sendAll, type Unsent } from '../outbox/queue-sender.ts'
import { messageOf, type RunEntry } from './run-outbox.ts'
import type { Run } from './run-state.ts'

export type FlightQueue = MessageQueue<FlightMessage>

/** The Worker's bindings that a run's messages go to. */
export type PostEnv = {
  readonly PLAN_QUEUE: MessageQueue<PlanMessage>
  readonly CHECKPOINT_QUEUE: MessageQueue<StateMessage>
}

/** Finds the queue for a pipeline's flights. Undefined: this deployment cannot run that pipeline. */
export type FlightQueues = (pipeline: string) => FlightQueue | undefined

type PostParts = {
  readonly env: PostEnv
  readonly flights: FlightQueues
  readonly run: () => Run | undefined
  /** Hears which messages could not be sent, and why. The alarm sends them later. */
  readonly unsent: (entries: readonly RunEntry[], error: unknown) => void
}

/** Sends a run's messages, each to the queue of its kind and of the run's pipeline. */
export class RunPost {
  private readonly parts: PostParts
  /** All requests of an object share six connections. Only sends use them. */
  private readonly gate = createGate(CONNECTIONS)

  constructor(parts: PostParts) {
    this.parts = parts
  }

  /** Never rejects because of a queue: messages that a queue did not take go to `unsent`. */
  async send(entries: readonly RunEntry[]): Promise<void> {
    const run = this.parts.run()
    if (run === undefined) return
    for (const failure of await this.sendAll(run, entries))
      this.parts.unsent(failure.entries, failure.error)
  }

  private async sendAll(run: Run, entries: readonly RunEntry[]): Promise<Unsent<RunEntry>[]> {
    const plans: [RunEntry, PlanMessage][] = []
    const flights: [RunEntry, FlightMessage][] = []
    const states: [RunEntry, StateMessage][] = []
    for (const entry of entries) {
      const message = messageOf(entry, run.run_id)
      if (message.kind === 'plan') plans.push([entry, message])
      else if (message.kind === 'flight') flights.push([entry, message])
      else states.push([entry, message])
    }
    const { env, flights: queueOf } = this.parts
    const unsent = await Promise.all([
      sendAll(this.gated(env.PLAN_QUEUE), plans),
      sendAll(this.gated(queueOf(run.pipeline) ?? noQueue(run)), flights),
      sendAll(this.gated(env.CHECKPOINT_QUEUE), states),
    ])
    return unsent.flat()
  }

  private gated<Message>(queue: MessageQueue<Message>): MessageQueue<Message> {
    return { sendBatch: (messages) => this.gate(() => queue.sendBatch(messages)) }
  }
}

/**
 * Refuses the flights of a run whose pipeline this version lacks. Another version started the run: its plans and
 * checkpoints are sent, and its flights wait for that version.
 */
function noQueue({ pipeline }: Run): FlightQueue {
  return {
    sendBatch: () => Promise.reject(new Error(`no queue is bound for the pipeline ${pipeline}`)),
  }
}
