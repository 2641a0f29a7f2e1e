import { z } from 'zod'

import type { Gate } from '../gate.ts'
import type { Embedder } from '../pipelines/documents/embed/embedder.ts'
import { hashingEmbedder } from '../pipelines/documents/embed/hashing-embedder.ts'

/** https://developers.cloudflare.com/workers-ai/models/bge-m3/: 1,024 numbers, a hundred languages. */
const MODEL = '@cf/baai/bge-m3'
const DIMENSION = 1_024

const Answer = z.object({ data: z.array(z.array(z.number())) })

/** What is used of the binding `AI`. */
type HostedModels = {
  run(model: typeof MODEL, input: { text: string[] }): Promise<unknown>
}

/** The hosted model where it is bound, and the one of our own everywhere else. */
export function embedderOf(models: HostedModels | undefined, gate: Gate): Embedder {
  return models === undefined ? hashingEmbedder : hosted(models, gate)
}

function hosted(models: HostedModels, gate: Gate): Embedder {
  return {
    model: MODEL,
    dimension: DIMENSION,
    async embed(texts) {
      const answer = await gate(() => models.run(MODEL, { text: [...texts] }))
      const { data } = Answer.parse(answer)
      if (data.length !== texts.length) throw new Error(`${MODEL} left texts out`)
      return data.map(unitVector)
    },
  }
}

function unitVector(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length))
}
