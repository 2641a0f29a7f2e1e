import { vi } from 'vitest'

import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { newRunId, stubOf, within } from './object.ts'

/**
 * Holds documents in the embedding step until `release`. A promise's waiters go on in the context of the
 * request that resolves it, and workerd forbids a consumer's I/O in that context. So an object waits, and
 * answers each consumer in the consumer's own context.
 */
export function holdEmbedding(): { release: () => Promise<void> } {
  const embed = hashingEmbedder.embed.bind(hashingEmbedder)
  const gate = Promise.withResolvers<void>()
  const name = newRunId()
  vi.spyOn(hashingEmbedder, 'embed').mockImplementation(async (...request) => {
    await within(stubOf(name), () => gate.promise)
    return embed(...request)
  })
  return { release: () => within(stubOf(name), () => gate.resolve()) }
}
