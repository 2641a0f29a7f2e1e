import type { Reason } from '../../protocol/status.ts'
import type { WorkResult, WorkTask } from '../pipeline.ts'
import type { DocumentContent, DocumentJobKey, DocumentPort } from './document-port.ts'
import type { Embedder } from './embed/embedder.ts'
import { JobKind } from './input.ts'

/** A document's content, or the job's result if there is none. */
type OpenedDocument =
  | { readonly kind: 'content'; readonly content: DocumentContent }
  | Exclude<WorkResult, { readonly kind: 'ready' }>

type OpenPorts = { readonly documents: DocumentPort; readonly embedder: Embedder }

/** Reads a document's content. Takes an outdated document over from its earlier run only now, when the job begins. */
export async function openDocument(
  { payload }: Pick<WorkTask, 'payload'>,
  key: DocumentJobKey,
  { documents, embedder }: OpenPorts,
): Promise<OpenedDocument> {
  const isOutdated = JobKind.parse(payload) === 'outdated'
  const content = await (isOutdated ? documents.take(key, embedder.model) : documents.read(key))
  if (content !== undefined) return { kind: 'content', content }
  if (isOutdated) return { kind: 'skipped', reason: DONE_OTHERWISE }
  return { kind: 'failed', failure: { ...REMOVED, retryable: false } }
}

const REMOVED: Reason = { code: 'removed', message: 'The document was removed.' }

const DONE_OTHERWISE: Reason = {
  code: 'not_outdated',
  message: 'The document was removed, is already up to date, or another run is reading it.',
}
