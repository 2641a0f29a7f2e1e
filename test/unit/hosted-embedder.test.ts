import { expect, test, vi } from 'vitest'

import { createGate, openGate } from '../../src/gate.ts'
import { hostedEmbedder } from '../../src/pipelines/documents/embed/hosted-embedder.ts'

/** Workers AI runs only at Cloudflare. This stand-in returns given vectors. */
function modelOf(data: readonly (readonly number[])[]) {
  return { run: vi.fn<() => Promise<unknown>>(async () => ({ data })) }
}

test('the hosted model is called when a place is free, and its vectors become unit vectors', async () => {
  const models = modelOf([
    [3, 4],
    [0, 0],
  ])
  const gate = createGate(1)
  const before = Promise.withResolvers<void>()
  void gate(() => before.promise)
  const embedded = hostedEmbedder(models, gate).embed(['a', 'b'], 'passage')
  await new Promise((resolve) => setImmediate(resolve))
  expect(models.run).not.toHaveBeenCalled()
  before.resolve()
  expect(await embedded).toEqual([Float32Array.of(0.6, 0.8), Float32Array.of(0, 0)])
  expect(models.run).toHaveBeenCalledExactlyOnceWith('@cf/baai/bge-m3', { text: ['a', 'b'] })
})

test('a hosted model that returns too few vectors is an error', async () => {
  const models = modelOf([[1, 0]])
  await expect(hostedEmbedder(models, openGate).embed(['a', 'b'], 'passage')).rejects.toThrow(
    'returned 1 vectors for 2 texts',
  )
})
