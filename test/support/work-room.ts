import { createHash } from 'node:crypto'

import type { FetchPort } from '../../src/pipelines/fetch.ts'
import {
  type Listed,
  Listed as ListedSchema,
  unsaid,
} from '../../src/pipelines/ingestion/listed.ts'
import type { WorkPorts } from '../../src/pipelines/pipeline.ts'
import type { Json } from '../../src/protocol/json.ts'

/** All that the work on a posting touches, in memory, the steps that it told of and what they do, and what it said. */
export function workRoom(fetch: FetchPort, blobs: Readonly<Record<string, Json>> = {}) {
  const steps: string[] = []
  const said: (string | undefined)[] = []
  const lines: string[] = []
  const kept = new Map<string, Uint8Array>()
  const ports: WorkPorts = {
    fetch,
    blobs: { put: () => Promise.resolve(), get: (key) => Promise.resolve(blobs[key]) },
    pages: {
      put: (bytes) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        kept.set(sha256, bytes)
        return Promise.resolve(sha256)
      },
      get: (sha256) => Promise.resolve(kept.get(sha256)),
    },
    log: (_, message) => void lines.push(message),
    signal: new AbortController().signal,
    step(step, { message } = {}) {
      steps.push(step)
      said.push(message)
    },
  }
  return { ports, steps, said, lines, kept }
}

/** A posting of which no more is known than is given here. */
export function listedPosting(fields: Partial<Listed>): Listed {
  return ListedSchema.parse({
    external_id: '7',
    title: 'Baker',
    url: '',
    ...unsaid,
    ...fields,
  })
}
