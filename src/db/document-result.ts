import { describeError, type Log } from '../log.ts'
import { DocumentResult } from '../protocol/document.ts'
import { sweepStages } from './chunk-stages.ts'
import type { Database } from './connect.ts'
import { recordResults, type ResultRow, type ResultTail } from './results.ts'

/**
 * Makes the stage of a document's result visible, and stores its counts. `result` is the protocol's
 * DocumentResult; the job's external id is the document's id. Changes nothing if the document was removed
 * or belongs to another run by now.
 */
export const documentTail: ResultTail = {
  from: `input
    LEFT JOIN LATERAL (
      SELECT stage FROM documents
      WHERE owner = $1::text AND document_id = input.external_id LIMIT 1
    ) AS before ON true`,
  columns: 'input.result',
  outcome: `CASE WHEN before.stage IS NULL THEN 'new' ELSE 'changed' END`,
  stored: `input.result - 'stage' - 'title'`,
  write: `
  UPDATE documents SET
    stage = judged.result->>'stage',
    title = judged.result->>'title',
    language = judged.result->>'language',
    pages = (judged.result->>'pages')::integer,
    characters = (judged.result->>'characters')::integer,
    chunks = (judged.result->>'chunks')::integer,
    model = judged.result->>'model',
    notices = judged.result->'notices',
    indexed_at = now()
  FROM won JOIN judged USING ("group", external_id)
  WHERE won.status = 'ready' AND documents.run_id = $2::text
    AND documents.owner = $1::text AND documents.document_id = won.external_id`,
}

type DocumentsScope = {
  readonly owner: string
  readonly run_id: string
  /** The age from which chunks that no search sees are removed. */
  readonly stage_ms: number
  readonly log: Log
}

/** Records the results of documents, then removes chunks that these results made useless. */
export async function recordDocuments(
  db: Database,
  { stage_ms, log, ...run }: DocumentsScope,
  rows: readonly ResultRow[],
): ReturnType<typeof recordResults> {
  const recorded = await recordResults(db, { ...run, tail: documentTail }, rows)
  try {
    for (const { external_id: document_id, result } of rows) {
      if (result === null) continue
      const { stage } = DocumentResult.parse(result)
      await sweepStages(db, { owner: run.owner, document_id, stage }, stage_ms)
    }
  } catch (error) {
    // The results are recorded. A later sweep removes the chunks, which only take up space until then.
    log('warn', 'useless chunks were not removed', { ...run, error: describeError(error) })
  }
  return recorded
}
