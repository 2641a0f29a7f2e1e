import { stageChunks, stageVectors } from '../../src/db/chunk-stages.ts'
import type { Database } from '../../src/db/connect.ts'
import { embeddedText } from '../../src/pipelines/documents/chunk/chunk.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { languageOf } from '../../src/pipelines/text/language.ts'
import { Owner } from '../../src/protocol/ids.ts'
import type { Sample } from './samples.ts'

export const OWNER = Owner.parse('bench')
const STAGE = 'run.1'

/** Stores the samples in the database as an upload would, so that a search finds them. */
export async function storeSamples(db: Database, samples: readonly Sample[]): Promise<void> {
  for (const sample of samples) await storeSample(db, sample)
}

async function storeSample(db: Database, { document_id, name, chunks, extracted }: Sample) {
  const language = languageOf(extracted.text)
  const { model } = hashingEmbedder
  await db.query(
    `INSERT INTO documents
       (owner, document_id, matter, name, size, sha256, run_id, stage, language, model, chunks)
     VALUES ($1, $2, 'samples', $3, 0, $2, split_part($4, '.', 1), $4, $5, $6, $7)`,
    [OWNER, document_id, name, STAGE, language, model, chunks.length],
  )
  const stage = { owner: OWNER, document_id, stage: STAGE }
  const vectors = await hashingEmbedder.embed(chunks.map(embeddedText), 'passage')
  await stageChunks(db, { ...stage, language }, chunks)
  await stageVectors(
    db,
    { ...stage, model },
    vectors.map((vector, n) => ({ n, vector })),
  )
}
