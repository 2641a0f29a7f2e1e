import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { z } from 'zod'

import { type Chunk, chunkText } from '../../src/pipelines/documents/chunk/chunk.ts'
import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { extract } from '../../src/pipelines/documents/read/extract.ts'
import type { Extracted } from '../../src/pipelines/documents/text/extracted.ts'
import { DocumentId } from '../../src/protocol/document.ts'

/** A folder of documents and of questions about them. */
const SAMPLES = join(import.meta.dirname, '../../samples')
/** Documents and questions that nothing was ever tuned with. They were asked after everything was fixed. */
export const BLIND = join(import.meta.dirname, 'blind')

const Question = z.strictObject({
  question: z.string(),
  /** Null for a question that no document answers. */
  document: z.string().nullable(),
  /** The passage that answers the question, word for word. */
  passage: z.string().min(40).max(300).nullable(),
  language: z.enum(['english', 'german', 'french']),
  /** True if the question was never used for tuning. */
  held_out: z.boolean(),
})
export type Question = z.infer<typeof Question>

export function readQuestions(folder = SAMPLES): Question[] {
  return z.array(Question).parse(JSON.parse(readFileSync(join(folder, 'questions.json'), 'utf8')))
}

export type Sample = {
  readonly name: string
  readonly document_id: DocumentId
  readonly extracted: Extracted
  readonly chunks: readonly Chunk[]
}

export function readSamples(folder = SAMPLES): Promise<Sample[]> {
  const documents = join(folder, 'documents')
  const names = readdirSync(documents).toSorted()
  return Promise.all(names.map((name, place) => readSample(join(documents, name), place)))
}

async function readSample(path: string, place: number): Promise<Sample> {
  const bytes = readFileSync(path)
  const name = basename(path)
  const source = { bytes, kind: documentKind(bytes, name), name }
  const extracted = await extract(source, { signal: new AbortController().signal, say: () => {} })
  return {
    name,
    document_id: DocumentId.parse(place.toString(16).padStart(32, '0')),
    extracted,
    chunks: chunkText(extracted, { chars: 1200, overlap: 150 }),
  }
}
