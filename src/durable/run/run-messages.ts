import { failpoint } from '../../failpoint.ts'
import type { RunId } from '../../protocol/ids.ts'
import type { FlightMessage, PlanMessage, StateMessage } from '../../protocol/messages.ts'
import type { Entry } from '../outbox/entry.ts'

/** The platform takes at most this many messages in one call. */
const BATCH = 100

/** The queues a run's messages go to: one a kind of work, and for flights one a pipeline. */
export type PostQueues = {
  readonly plan: PostQueue<PlanMessage>
  readonly flight: PostQueue<FlightMessage>
  readonly checkpoint: PostQueue<StateMessage>
}

/** What a queue's binding is used for. */
export type PostQueue<M> = {
  sendBatch(messages: Iterable<{ readonly body: M }>): Promise<unknown>
}

/** Sends the messages of outbox entries. Rejects with an AggregateError; `unsent` names the rest. */
export async function post(
  queues: PostQueues,
  run_id: RunId,
  entries: readonly Entry[],
): Promise<readonly { readonly entries: readonly Entry[]; readonly error: unknown }[]> {
  const plans: [Entry, PlanMessage][] = []
  const flights: [Entry, FlightMessage][] = []
  const states: [Entry, StateMessage][] = []
  for (const entry of entries) {
    const { id, subject } = entry
    switch (subject.kind) {
      case 'plan':
        plans.push([entry, { kind: 'plan', run_id, group: subject.group }])
        break
      case 'flight':
        flights.push([entry, { kind: 'flight', run_id, flight: id }])
        break
      case 'checkpoint':
      case 'archive':
        states.push([entry, { kind: subject.kind, run_id }])
    }
  }
  const failures = await Promise.all([
    sendAll(queues.plan, plans),
    sendAll(queues.flight, flights),
    sendAll(queues.checkpoint, states),
  ])
  return failures.flat()
}

type Failed = { readonly entries: readonly Entry[]; readonly error: unknown }

async function sendAll<M>(queue: PostQueue<M>, messages: readonly [Entry, M][]): Promise<Failed[]> {
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, i) =>
    messages.slice(i * BATCH, (i + 1) * BATCH),
  )
  const failures = await Promise.all(
    batches.map(async (batch): Promise<Failed | undefined> => {
      try {
        RUNCAST_FAILPOINTS && (await failpoint('outbox.sending'))
        await queue.sendBatch(batch.map(([, body]) => ({ body })))
        RUNCAST_FAILPOINTS && (await failpoint('outbox.sent'))
        return undefined
      } catch (error) {
        return { entries: batch.map(([entry]) => entry), error }
      }
    }),
  )
  return failures.filter((failure) => failure !== undefined)
}
