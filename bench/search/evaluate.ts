import { searchChunks, type SearchPorts } from '../../src/pipelines/documents/search.ts'
import { mean } from '../statistics.ts'
import type { Question, Sample } from './samples.ts'
import { OWNER } from './stored-samples.ts'

/**
 * The shares of questions whose passage is the first hit, or among the first five, and the mean of 1 / rank. `said`
 * counts the questions for which the search said that nothing is relevant: the share of them that no document answers
 * is the precision, and their share of all such questions the recall.
 */
export type Quality = {
  readonly questions: number
  readonly hit_1: number
  readonly hit_5: number
  readonly mrr: number
  readonly nothing: { readonly said: number; readonly precision: number; readonly recall: number }
}

type Asked = { readonly answerable: boolean; readonly rank: number; readonly relevant: boolean }

export async function evaluate(
  ports: SearchPorts,
  questions: readonly Question[],
  samples: readonly Sample[],
): Promise<Quality> {
  const asked = await Promise.all(
    questions.map(async (question): Promise<Asked> => {
      const answers = answersTo(question, samples)
      const found = await searchChunks({ owner: OWNER }, question.question, ports)
      const rank = found.ranked.findIndex(({ chunk }) => answers.has(idOf(chunk))) + 1
      return { answerable: question.passage !== null, rank, relevant: found.relevant }
    }),
  )
  const ranks = asked.flatMap(({ answerable, rank }) => (answerable ? [rank] : []))
  return {
    questions: ranks.length,
    hit_1: mean(ranks.map((rank) => (rank === 1 ? 1 : 0))),
    hit_5: mean(ranks.map((rank) => (rank >= 1 && rank <= 5 ? 1 : 0))),
    mrr: mean(ranks.map((rank) => (rank === 0 ? 0 : 1 / rank))),
    nothing: nothingOf(asked),
  }
}

function nothingOf(asked: readonly Asked[]): Quality['nothing'] {
  const said = asked.filter(({ relevant }) => !relevant)
  const right = said.filter(({ answerable }) => !answerable).length
  const all = asked.filter(({ answerable }) => !answerable).length
  return {
    said: said.length,
    precision: said.length === 0 ? 1 : right / said.length,
    recall: all === 0 ? 0 : right / all,
  }
}

/** Finds the chunks that have at least half of the question's passage. */
function answersTo({ document, passage }: Question, samples: readonly Sample[]): Set<string> {
  const sample = samples.find(({ name }) => name === document)
  if (passage === null) return new Set()
  const start = sample?.extracted.text.indexOf(passage) ?? -1
  if (!sample || start === -1) throw new Error(`${document} has no passage "${passage}"`)
  const end = start + passage.length
  const holding = sample.chunks.filter(
    (chunk) => Math.min(end, chunk.end) - Math.max(start, chunk.start) >= passage.length / 2,
  )
  return new Set(holding.map(({ n }) => idOf({ document_id: sample.document_id, n })))
}

function idOf({ document_id, n }: { readonly document_id: string; readonly n: number }): string {
  return `${document_id}.${n}`
}
