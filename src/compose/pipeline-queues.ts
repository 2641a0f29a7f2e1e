import type { MessageQueue } from '../durable/outbox/queue-sender.ts'
import type { FlightQueues } from '../durable/run/run-post.ts'
import type { OwnQueue } from '../pipelines/pipeline.ts'
import * as registry from '../pipelines/registry.ts'
import type { FlightMessage } from '../protocol/messages.ts'

/** What is asked of a pipeline here. */
type Queued = { readonly name: string; readonly queue?: OwnQueue }

/** Carries the flights of each pipeline without a queue of its own. */
export const SHARED_QUEUE: OwnQueue = { name: 'runcast-work', binding: 'WORK_QUEUE' }

const registered: readonly Queued[] = Object.values(registry)

/** The names of the queues that carry flights. */
export function flightQueueNames(): ReadonlySet<string> {
  return new Set([SHARED_QUEUE, ...registered.map(queueOf)].map(({ name }) => name))
}

/** Finds the queue for a pipeline's flights. Answers undefined for a pipeline that cannot be run here. */
export function flightQueues(env: object, pipelines = registered): FlightQueues {
  return (name) => {
    const pipeline = pipelines.find((one) => one.name === name)
    return pipeline && boundQueue(env, queueOf(pipeline).binding)
  }
}

/** Throws an error that says which pipelines are not wired, and what is missing where. */
export function checkPipelines(env: object, pipelines = registered): void {
  const names = pipelines.map(({ name }) => name)
  const faults = pipelines.flatMap((pipeline) => [
    ...nameFaults(pipeline.name, names),
    ...queueFaults(pipeline, env),
  ])
  if (faults.length > 0) throw new Error(faults.join(' '))
}

function nameFaults(name: string, names: readonly string[]): string[] {
  const count = names.filter((other) => other === name).length
  return [
    ...(/^[a-z][a-z0-9-]{0,49}$/.test(name)
      ? []
      : [
          `The name of the pipeline "${name}" is not 1 to 50 lower-case letters, digits and hyphens.`,
        ]),
    ...(count > 1 ? [`src/pipelines/registry.ts lists ${count} pipelines named "${name}".`] : []),
  ]
}

function queueFaults(pipeline: Queued, env: object): string[] {
  const { name, binding } = queueOf(pipeline)
  if (boundQueue(env, binding) !== undefined) return []
  return [
    `The pipeline "${pipeline.name}" works on the queue ${name}, but this environment of wrangler.toml ` +
      `has no binding ${binding}. Add ${binding} to its [[queues.producers]] and ${name} to its ` +
      `[[queues.consumers]].`,
  ]
}

function queueOf({ queue = SHARED_QUEUE }: Queued): OwnQueue {
  return queue
}

function boundQueue(env: object, binding: string): MessageQueue<FlightMessage> | undefined {
  const found: unknown = Reflect.get(env, binding)
  return isQueue(found) ? found : undefined
}

function isQueue(value: unknown): value is MessageQueue<FlightMessage> {
  return typeof value === 'object' && value !== null && 'sendBatch' in value
}
