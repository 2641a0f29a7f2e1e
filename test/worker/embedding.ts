import { vi } from 'vitest'

import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { newRunId, stubOf, within } from './object.ts'

/**
 * Keeps documents in their embedding until they are let go. Who waits for a promise goes on in the context
 * of whoever resolves it, where a consumer may not do its I/O: so an object waits, and answers each in its own.
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
