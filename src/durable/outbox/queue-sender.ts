import { failpoint } from '../../failpoint.ts'

/** The platform takes at most this many messages in one call. */
export const BATCH = 100

/** The part of a queue's binding that is used here. */
export type MessageQueue<Message> = {
  sendBatch(messages: Iterable<{ readonly body: Message }>): Promise<unknown>
}

/** Entries whose messages the queue did not take, and why. */
export type Unsent<Entry> = { readonly entries: readonly Entry[]; readonly error: unknown }

/** Sends the message of each entry, in batches. Answers the batches that failed; never rejects. */
export async function sendAll<Entry, Message>(
  queue: MessageQueue<Message>,
  messages: readonly (readonly [Entry, Message])[],
): Promise<Unsent<Entry>[]> {
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, i) =>
    messages.slice(i * BATCH, (i + 1) * BATCH),
  )
  const failures = await Promise.all(batches.map((batch) => sendOne(queue, batch)))
  return failures.filter((failure) => failure !== undefined)
}

async function sendOne<Entry, Message>(
  queue: MessageQueue<Message>,
  batch: readonly (readonly [Entry, Message])[],
): Promise<Unsent<Entry> | undefined> {
  try {
    RUNCAST_FAILPOINTS && (await failpoint('outbox.sending'))
    await queue.sendBatch(batch.map(([, body]) => ({ body })))
    RUNCAST_FAILPOINTS && (await failpoint('outbox.sent'))
    return undefined
  } catch (error) {
    return { entries: batch.map(([entry]) => entry), error }
  }
}
