import type { OwnQueue } from './pipeline.ts'
import * as registry from './registry.ts'

/** The parts of a pipeline that decide its queue. */
export type QueuedPipeline = { readonly name: string; readonly queue?: OwnQueue }

/** Carries the flights of each pipeline without a queue of its own. */
export const SHARED_QUEUE: OwnQueue = { name: 'runcast-work', binding: 'WORK_QUEUE' }

export const registered: readonly QueuedPipeline[] = Object.values(registry)

/** Returns the queue that carries a pipeline's flights. */
export function flightQueueOf({ queue = SHARED_QUEUE }: QueuedPipeline): OwnQueue {
  return queue
}

/** Returns the names of all queues that carry flights. */
export function flightQueueNames(): ReadonlySet<string> {
  return new Set([SHARED_QUEUE, ...registered.map(flightQueueOf)].map(({ name }) => name))
}

/**
 * Returns a sentence for each faulty name of a pipeline, and for each queue without a binding. Returns an empty
 * list if there is no fault.
 */
export function registryFaults(
  pipelines: readonly QueuedPipeline[],
  isBound: (binding: string) => boolean,
): string[] {
  const names = pipelines.map(({ name }) => name)
  return pipelines.flatMap((pipeline) => [
    ...nameFaults(pipeline.name, names),
    ...(isBound(flightQueueOf(pipeline).binding) ? [] : [unboundQueue(pipeline)]),
  ])
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

function unboundQueue(pipeline: QueuedPipeline): string {
  const { name, binding } = flightQueueOf(pipeline)
  return (
    `The pipeline "${pipeline.name}" works on the queue ${name}, but this environment of wrangler.toml ` +
    `has no binding ${binding}. Add ${binding} to its [[queues.producers]] and ${name} to its ` +
    `[[queues.consumers]].`
  )
}
