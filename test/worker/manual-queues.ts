import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { z } from 'zod'

import type { MessageQueue } from '../../src/durable/outbox/queue-sender.ts'
import type { Env } from '../../src/env.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { FlightMessage, PlanMessage, StateMessage } from '../../src/protocol/messages.ts'
import worker from './main.ts'
import { ownRuns } from './object.ts'

type Kind = Message['kind']

/** Queues that deliver nothing by themselves. They keep the messages until a test takes them. */
export class ManualQueues {
  private readonly own = ownRuns()
  private readonly waiting: Message[] = []
  private sent: PromiseWithResolvers<void> = Promise.withResolvers()

  constructor() {
    this.hold(env.PLAN_QUEUE, PlanMessage)
    this.hold(env.INGESTION_QUEUE, FlightMessage)
    this.hold(env.CHECKPOINT_QUEUE, StateMessage)
  }

  /** Waits for messages of this kind, and takes them. */
  async take<K extends Kind>(kind: K): Promise<[OfKind<K>, ...OfKind<K>[]]> {
    for (;;) {
      const [first, ...rest] = this.takeNow(kind)
      if (first !== undefined) return [first, ...rest]
      await this.sent.promise
    }
  }

  /** Takes the messages of this kind that were sent so far. */
  takeNow<K extends Kind>(kind: K): OfKind<K>[] {
    const taken = this.waiting.filter((message): message is OfKind<K> => message.kind === kind)
    for (const message of taken) this.waiting.splice(this.waiting.indexOf(message), 1)
    return taken
  }

  /** Keeps the messages of a queue. Refuses a message of another kind than the queue's. */
  private hold<M extends Message>(queue: MessageQueue<M>, schema: z.ZodType<M>): void {
    vi.spyOn(queue, 'sendBatch').mockImplementation(async (messages) => {
      const all = Array.from(messages, ({ body }) => schema.parse(body))
      this.waiting.push(...all.filter(({ run_id }) => this.own.has(run_id)))
      this.sent.resolve()
      this.sent = Promise.withResolvers()
    })
  }
}

type OfKind<K extends Kind> = Extract<Message, { kind: K }>

const queueOf = {
  plan: 'runcast-plan',
  flight: 'runcast-ingestion',
  checkpoint: 'runcast-checkpoint',
  archive: 'runcast-checkpoint',
} as const satisfies Record<Kind, string>

/** Delivers messages to their consumer as one batch of one queue. */
export function deliver(messages: readonly Message[], given: Partial<Env> = {}) {
  const [first] = messages
  if (first === undefined) throw new Error('there is nothing to deliver')
  return deliverTo(queueOf[first.kind], messages, given)
}

/** Delivers any bodies to the consumer of a queue. Returns the result of the batch. */
export async function deliverTo(
  queue: string,
  bodies: readonly unknown[],
  given: Partial<Env> = {},
) {
  const timestamp = new Date()
  const messages = bodies.map((body, n) => ({ id: `m${n}`, timestamp, attempts: 1, body }))
  const batch = createMessageBatch(queue, messages)
  const ctx = createExecutionContext()
  await worker.queue(batch, { ...env, ...given })
  return getQueueResult(batch, ctx)
}
