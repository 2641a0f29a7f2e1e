import type { FetchPort } from '../../src/pipelines/fetch.ts'
import {
  type ListedPosting,
  ListedPosting as ListedSchema,
  unknownFields,
} from '../../src/pipelines/ingestion/listed.ts'
import type { WorkPorts } from '../../src/pipelines/pipeline.ts'
import type { Json } from '../../src/protocol/json.ts'

/** All ports of the work on a posting, in memory. Keeps the reported steps, and the messages. */
export function memoryWorkPorts(fetch: FetchPort, blobs: Readonly<Record<string, Json>> = {}) {
  const steps: string[] = []
  const said: (string | undefined)[] = []
  const lines: string[] = []
  const ports: WorkPorts = {
    fetch,
    blobs: { put: () => Promise.resolve(), get: (key) => Promise.resolve(blobs[key]) },
    log: (_, message) => void lines.push(message),
    signal: new AbortController().signal,
    step(step, { message } = {}) {
      steps.push(step)
      said.push(message)
    },
  }
  return { ports, steps, said, lines }
}

/** A posting with only the given fields. */
export function listedPosting(fields: Partial<ListedPosting>): ListedPosting {
  return ListedSchema.parse({
    external_id: '7',
    title: 'Baker',
    url: '',
    ...unknownFields,
    ...fields,
  })
}
