import { vi } from 'vitest'

import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'

const POLL_MS = 10

/**
 * Keeps documents in their embedding until they are let go. A promise that a test resolves would go on
 * in the test's own context, where the consumer may not do its I/O: so it looks by itself.
 */
export function holdEmbedding(): { release: () => void } {
  const embed = hashingEmbedder.embed.bind(hashingEmbedder)
  const state = { held: true }
  vi.spyOn(hashingEmbedder, 'embed').mockImplementation(async (...request) => {
    while (state.held) await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    return embed(...request)
  })
  return { release: () => void (state.held = false) }
}
