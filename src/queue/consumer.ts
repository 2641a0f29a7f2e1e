import type { z } from 'zod'

import type { RunRpc } from '../durable/run/run-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../log.ts'
import { describeError } from '../log.ts'
import type { FetchPort } from '../pipelines/fetch.ts'
import type { BlobPort } from '../pipelines/pipeline.ts'
import type { RunId } from '../protocol/ids.ts'

/** The ports of every consumer. */
export type ConsumerPorts = {
  /** Returns a new stub for each call, because a stub that failed once keeps failing. */
  readonly run: (run_id: RunId) => RunRpc
  readonly log: Log
}

/** The ports of the consumers that run a pipeline's code. */
export type PipelinePorts = ConsumerPorts & {
  readonly fetch: FetchPort
  readonly blobs: () => BlobPort
  /** How long a worker keeps its work while Postgres is away, in milliseconds. Then the worker gives the work back. */
  readonly hold_ms: number
  /** How long work that was given back in an outage of Postgres waits for its next try, in milliseconds. */
  readonly unavailable_ms: number
}

/** Reads one kind of message, and does the work that a message stands for. */
export type Consumer<M> = {
  readonly message: z.ZodType<M>
  consume(message: M): Promise<void>
}

/** The parts of the platform's batch that this file uses. */
export type Batch = {
  readonly queue: string
  readonly messages: readonly { readonly body: unknown; ack(): void }[]
}

/**
 * Works on the messages of a batch side by side. Acknowledges each message, also after an error, so that the
 * queue retries none: the run's object sends a message again until its work is confirmed. A message stays
 * unacknowledged only if this Worker dies, and the queue then delivers it again.
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
        log('error', 'a message could not be handled', {
          queue: batch.queue,
          error: describeError(error),
        })
      }
      message.ack()
    }),
  )
}
