import { z } from 'zod'

import type { Gate } from '../../../gate.ts'
import type { Embedder } from './embedder.ts'

/** https://developers.cloudflare.com/workers-ai/models/bge-m3/: 1,024 numbers, a hundred languages. */
const MODEL = '@cf/baai/bge-m3'
const DIMENSION = 1_024

const Answer = z.object({ data: z.array(z.array(z.number())) })

/** The part of the binding `AI` that this file uses. */
type HostedModels = {
  run(model: typeof MODEL, input: { text: string[] }): Promise<unknown>
}

/** Embeds texts with a model that Cloudflare hosts. Each call to the model passes the gate. */
export function hostedEmbedder(models: HostedModels, gate: Gate): Embedder {
  return {
    model: MODEL,
    dimension: DIMENSION,
    async embed(texts) {
      const answer = await gate(() => models.run(MODEL, { text: [...texts] }))
      const { data } = Answer.parse(answer)
      if (data.length !== texts.length)
        throw new Error(`${MODEL} returned ${data.length} vectors for ${texts.length} texts`)
      return data.map(unitVector)
    },
  }
}

function unitVector(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length))
}
