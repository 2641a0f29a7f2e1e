import type { z } from 'zod'

import type { RunRpc } from '../durable/run/run-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../log.ts'
import { describeError } from '../log.ts'
import type { FetchPort } from '../pipelines/fetch.ts'
import type { BlobPort, PagePort } from '../pipelines/pipeline.ts'
import type { RunId } from '../protocol/ids.ts'

/** What every consumer needs of the outside. */
export type ConsumerPorts = {
  /** A fresh stub each time: a broken one stays broken. */
  readonly run: (run_id: RunId) => RunRpc
  readonly log: Log
}

/** What those need that run a pipeline's own code. */
export type PipelinePorts = ConsumerPorts & {
  readonly fetch: FetchPort
  readonly blobs: () => BlobPort
  readonly pages: PagePort
  /** How long Postgres is waited for with what is done in hand, before that is given up. */
  readonly hold_ms: number
  /** How long work waits that was given up because Postgres could not be reached. */
  readonly unavailable_ms: number
}

/** How one kind of message is read, and done as far as it can be done now. */
export type Consumer<M> = {
  readonly message: z.ZodType<M>
  consume(message: M): Promise<void>
}

/** What is needed of the platform's batch. */
export type Batch = {
  readonly queue: string
  readonly messages: readonly { readonly body: unknown; ack(): void }[]
}

/**
 * Works on a batch's messages side by side. Each is acknowledged, whatever became of it, and none
 * is retried by the queue: what a message stands for is owed by the run's object, which
 * sends it again until its effect is confirmed. Only a consumer that dies leaves a message
 * unacknowledged, and that one comes again.
 */
export async function consumeBatch<M>(
  batch: Batch,
  consumer: Consumer<M>,
  log: Log,
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await consumer.consume(consumer.message.parse(message.body))
        RUNCAST_FAILPOINTS && (await failpoint('message.done'))
      } catch (error) {
        log('error', 'a message was not done', { queue: batch.queue, error: describeError(error) })
      }
      message.ack()
    }),
  )
}
