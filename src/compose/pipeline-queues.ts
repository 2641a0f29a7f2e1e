import type { MessageQueue } from '../durable/outbox/queue-sender.ts'
import type { FlightQueues } from '../durable/run/run-post.ts'
import { flightQueueOf, registered, registryFaults } from '../pipelines/flight-queue.ts'
import type { FlightMessage } from '../protocol/messages.ts'

/** Connects each pipeline to the bound queue of its flights. A pipeline that this deployment lacks has none. */
export function flightQueues(env: object, pipelines = registered): FlightQueues {
  return (name) => {
    const pipeline = pipelines.find((one) => one.name === name)
    return pipeline && boundQueue(env, flightQueueOf(pipeline).binding)
  }
}

/** Throws an error that says which pipelines cannot run in this environment, and what is missing where. */
export function checkPipelines(env: object, pipelines = registered): void {
  const faults = registryFaults(pipelines, (binding) => boundQueue(env, binding) !== undefined)
  if (faults.length > 0) throw new Error(faults.join(' '))
}

function boundQueue(env: object, binding: string): MessageQueue<FlightMessage> | undefined {
  const found: unknown = Reflect.get(env, binding)
  return isQueue(found) ? found : undefined
}

function isQueue(value: unknown): value is MessageQueue<FlightMessage> {
  return typeof value === 'object' && value !== null && 'sendBatch' in value
}
