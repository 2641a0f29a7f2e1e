import type { Env } from '../env.ts'
import type { Gate } from '../gate.ts'
import type { Embedder } from '../pipelines/documents/embed/embedder.ts'
import { hashingEmbedder } from '../pipelines/documents/embed/hashing-embedder.ts'

/** https://developers.cloudflare.com/workers-ai/models/bge-m3/: 1,024 numbers, a hundred languages. */
const MODEL = '@cf/baai/bge-m3'
const DIMENSION = 1_024

/** The hosted model where it is bound, and the one of our own everywhere else. */
export function embedderOf({ AI }: Pick<Env, 'AI'>, gate: Gate): Embedder {
  return AI === undefined ? hashingEmbedder : hosted(AI, gate)
}

function hosted(ai: NonNullable<Env['AI']>, gate: Gate): Embedder {
  return {
    model: MODEL,
    dimension: DIMENSION,
    async embed(texts) {
      const answer = await gate(() => ai.run(MODEL, { text: [...texts] }))
      const vectors = 'data' in answer ? answer.data : undefined
      if (vectors?.length !== texts.length) throw new Error(`${MODEL} left texts out`)
      return vectors.map(unitVector)
    },
  }
}

function unitVector(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length))
}
